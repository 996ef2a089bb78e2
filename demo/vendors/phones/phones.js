// Looks each second whether something came (ETag), and changes only the phones on which it did.
const live = document.getElementById('live')
let etag = ''

function say(state) {
  live.hidden = false
  live.dataset.state = state
  live.querySelector('.says').textContent = live.dataset[state]
}

function put(fresh) {
  const before = document.getElementById('phones')
  for (const old of before.querySelectorAll('.phone')) {
    const now = fresh.querySelector(`[id="${old.id}"]`)
    if (now && now.dataset.mark === old.dataset.mark) now.replaceWith(old)
    else if (now) {
      const news = now.querySelectorAll('.letter').length - old.querySelectorAll('.letter').length
      ;[...now.querySelectorAll('.letter')].slice(0, Math.max(0, news)).forEach(one => one.classList.add('new'))
    }
  }
  before.replaceWith(fresh)
}

async function look() {
  try {
    const answer = await fetch(location.href, { headers: etag ? { 'If-None-Match': etag } : {}, cache: 'no-store' })
    if (answer.status === 200) {
      etag = answer.headers.get('ETag') || ''
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      put(document.adoptNode(page.getElementById('phones')))
    }
    say(answer.ok || answer.status === 304 ? 'live' : 'lost')
  } catch {
    say('lost')
  }
  setTimeout(look, 1000)
}
look()
