// A small page to try a server by hand: drop an image, type words, see the answer.

/** @param searches whether there is an index @param reads whether it answers to words */
export function tryPage(searches: boolean, reads: boolean): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>xclr serve</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 2rem 1rem; }
  form { display: grid; gap: .75rem; margin: 1.5rem 0; }
  label { display: grid; gap: .25rem; }
  input { font: inherit; padding: .4rem; }
  button { font: inherit; padding: .5rem 1rem; justify-self: start; }
  table { border-collapse: collapse; width: 100%; }
  td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top; }
  td:nth-child(2) { font-variant-numeric: tabular-nums; }
  #status { min-height: 1.5em; }
</style>
<h1>xclr serve</h1>
<p>${searches ? `Search by an image${reads ? ', a text' : ''} or the id of an item.` : 'Choose an image to see its vector.'} For programs: <a href="openapi.json">openapi.json</a>.</p>
<form>
  <label>Image <input name="image" type="file" accept="image/*"></label>
  ${reads ? '<label>or a text <input name="text" placeholder="blue summer dress"></label>' : ''}
  ${searches ? '<label>or an id <input name="id"></label><label>Filter <input name="filter" placeholder="color=red|blue, price&lt;20"></label>' : ''}
  <label>Token, if the server asks for one <input name="token" type="password" autocomplete="off"></label>
  <button>Search</button>
</form>
<p id="status" role="status"></p>
<table id="results"></table>
<script type="module">
const form = document.querySelector('form');
const status = document.querySelector('#status');
const results = document.querySelector('#results');
const row = (cells) => {
  const made = document.createElement('tr');
  for (const cell of cells) made.append(Object.assign(document.createElement('td'), { textContent: cell }));
  return made;
};
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  results.replaceChildren();
  const given = Object.fromEntries(new FormData(form));
  const headers = given.token ? { authorization: 'Bearer ' + given.token } : {};
  const filter = given.filter ? { filter: given.filter } : {};
  const began = performance.now();
  let request;
  if (given.image?.size > 0) {
    const path = ${JSON.stringify(searches ? 'search?' : 'embed')}${searches ? ' + new URLSearchParams(filter)' : ''};
    request = fetch(path, { method: 'POST', body: given.image, headers: { ...headers, 'content-type': 'application/octet-stream' } });
  } else if (given.text || given.id) {
    const body = JSON.stringify({ ...(given.text ? { text: given.text } : { id: given.id }), ...filter });
    request = fetch('search', { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } });
  } else {
    status.textContent = 'Choose an image first.';
    return;
  }
  status.textContent = 'Asking …';
  const answer = await (await request).json().catch(() => ({ error: 'the answer could not be read' }));
  const took = Math.round(performance.now() - began) + ' ms';
  if (answer.error) status.textContent = answer.error + (answer.remedy ? ' – ' + answer.remedy : '');
  else if (answer.vector) {
    status.textContent = answer.vector.length + ' numbers, ' + took;
    results.append(row([answer.vector.slice(0, 12).map((x) => x.toFixed(4)).join('  ') + ' …']));
  } else {
    status.textContent = answer.matches.length + ' items, ' + took;
    for (const { id, similarity, captions, columns } of answer.matches)
      results.append(row([id, similarity.toFixed(3), captions[0] ?? '', Object.values(columns).join(' · ')]));
  }
});
</script>
</html>
`;
}
