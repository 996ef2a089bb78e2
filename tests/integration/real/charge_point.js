// A pile with one socket, for the simulator's batch mode: it dials CENTRAL_SYSTEM (its own name is the last part) until somebody
// answers, and again when the line breaks. At the loopback port LISTEN it is told what to report:
// GET /report?status=Faulted&errorCode=GroundFailure
const said = {connectorId: 1, status: "Available", errorCode: "NoError"};
let pile = null;

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function dial() {
  try {
    const dialled = await connect(process.env.CENTRAL_SYSTEM);
    const {interval} = await dialled.sendBootnotification({chargePointVendor: "Simulator", chargePointModel: "1"});
    await dialled.sendStatusNotification({connectorId: 0, status: "Available", errorCode: "NoError"});
    await dialled.sendStatusNotification(said);
    dialled.onClose(() => again(dialled));
    listen(dialled);
    pile = dialled;
    beat(dialled, interval);
  } catch (error) {
    console.log(`not connected: ${error}`);
    pause(0.5).then(dial);
  }
}

function again(dialled) {
  if (pile !== dialled) return;
  pile = null;
  pause(0.5).then(dial);
}

async function beat(dialled, interval) {
  for (await pause(interval); pile === dialled; await pause(interval)) {
    await dialled.sendHeartbeat().catch((error) => console.log(`no answer: ${error}`));
  }
}

let listening = false;

function listen(dialled) {
  if (listening) return;
  listening = true;
  dialled.startListener(Number(process.env.LISTEN), "127.0.0.1").get("/report", async (request, response) => {
    Object.assign(said, request.query);
    if (pile !== null) await pile.sendStatusNotification(said);
    response.send("reported\n");
  });
}

await dial();
