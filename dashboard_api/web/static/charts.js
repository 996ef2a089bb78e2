// Measurements over time: drawn, and the same figures as a table for whoever sees no drawing.
const DAY_MS = 86_400_000, HEIGHT = 150, ROWS = 24;
const figure = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function said(plot, text) {
  plot.replaceChildren(Object.assign(document.createElement("p"), { className: "muted", textContent: text }));
}

function draw(plot, points, stepMs) {
  plot.replaceChildren();
  // A gap is drawn as a gap: nothing was measured there.
  const times = [], values = [];
  points.forEach(([at, value], index) => {
    if (index && at - points[index - 1][0] > 2.5 * stepMs) { times.push((at - stepMs) / 1000); values.push(null); }
    times.push(at / 1000); values.push(value);
  });
  const ink = colour("--muted"), line = colour("--line"), jade = colour("--jade");
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "15px sans-serif" };
  return new window.uPlot({
    width: plot.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { show: false },
    tzDate: (at) => window.uPlot.tzDate(new Date(at * 1000), "Asia/Shanghai"),
    scales: { y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] } },
    axes: [{ ...axis, space: 90, values: "{HH}:{mm}" }, { ...axis, size: 48 }],
    series: [{}, { stroke: jade, width: 2, fill: `${jade}22`, points: { show: false }, spanGaps: false }],
  }, [times, values], plot);
}

function cell(name, text, heading) {
  const made = document.createElement(name);
  made.textContent = text;
  if (heading) made.scope = heading;
  return made;
}

function table(chart, points) {
  const { lang, time, low, mean, high } = chart.dataset;
  const clock = new Intl.DateTimeFormat(lang, {
    timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false,
  });
  const rows = document.createElement("table"), head = rows.createTHead().insertRow(), body = rows.createTBody();
  rows.className = "table narrow";
  for (const name of [time, low, mean, high]) head.append(cell("th", name, "col"));
  const each = Math.ceil(points.length / ROWS);
  for (let first = 0; first < points.length; first += each) {
    const some = points.slice(first, first + each);
    const least = Math.min(...some.map((point) => point[2] ?? point[1]));
    const most = Math.max(...some.map((point) => point[3] ?? point[1]));
    const middle = some.reduce((sum, point) => sum + point[1], 0) / some.length;
    const row = body.insertRow();
    row.append(cell("th", clock.format(new Date(some[0][0])), "row"));
    for (const value of [least, middle, most]) row.append(cell("td", figure.format(value)));
  }
  const details = document.createElement("details");
  details.className = "past";
  details.append(cell("summary", chart.dataset.table), rows);
  chart.append(details);
}

async function show(chart) {
  const plot = chart.querySelector(".plot");
  plot.replaceChildren(Object.assign(document.createElement("div"), { className: "skeleton" }));
  const now = Date.now();
  const period = `&from=${new Date(now - DAY_MS).toISOString()}&to=${new Date(now).toISOString()}`;
  try {
    const answer = await fetch(chart.dataset.chart + period);
    if (!answer.ok) { said(plot, chart.dataset.broken); return; }
    const { points, step_ms: stepMs } = await answer.json();
    if (!points.length) { said(plot, chart.dataset.empty); return; }
    let drawn = draw(plot, points, stepMs);
    table(chart, points);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { drawn = draw(plot, points, stepMs); });
    new ResizeObserver(() => drawn.setSize({ width: plot.clientWidth, height: HEIGHT })).observe(plot);
  } catch {
    said(plot, chart.dataset.broken);
  }
}

// Only what is looked at is asked for.
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    show(target);
  }
}, { rootMargin: "200px" });
for (const chart of document.querySelectorAll("[data-chart]")) seen.observe(chart);
