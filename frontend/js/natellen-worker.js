// The count itself, beside the page: fetches what everybody can download, and counts it.
import start, { Natelling, vergelijk } from '__TEL_JS__';

const ready = start({ module_or_path: '__TEL_WASM__' });
let vote;

async function open(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

async function count({ adres, controlegetal }) {
  const papers = ['spelregels', 'uitslag/stembiljetten', 'uitslag', 'uitslag/controlecodes'];
  const [rules, ballots, result, codes] = await Promise.all(papers.map(async (paper) => (await open(`${adres}/${paper}`)).text()));
  try {
    vote = new Natelling(rules, controlegetal, ballots);
    return vote.tel(result, codes);
  } catch (failure) {
    throw Object.assign(failure, { papers: true });
  }
}

// A file that somebody chose, or an election that was held here.
async function compare({ bestand, adres, taal }) {
  const pb = new Uint8Array(await (bestand ?? (await open(adres))).arrayBuffer());
  try {
    return vergelijk(pb, taal);
  } catch (failure) {
    throw Object.assign(failure, { papers: true });
  }
}

function answer(question) {
  if (question.ingevuld) return vote.eigen(question.ingevuld);
  return question.taal ? compare(question) : count(question);
}

addEventListener('message', async ({ data, ports: [port] }) => {
  try {
    await ready;
    port.postMessage({ answer: await answer(data) });
  } catch (failure) {
    port.postMessage({ failure: String(failure), papers: failure.papers });
  }
});
