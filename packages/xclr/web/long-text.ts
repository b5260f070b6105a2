// Text that may be long: its beginning, and the whole of it on demand, as pages that are made in advance have it.

function span(className: string, text: string): HTMLElement {
  return Object.assign(document.createElement('span'), { className, textContent: text });
}

/** The text, or its first words with a button that shows all of it. */
export function longText(text: string, limit = 84): Node {
  if (text.length <= limit) return document.createTextNode(text);
  const kept = text.slice(0, limit);
  const word = kept.lastIndexOf(' ');
  const cut = `${word > (2 / 3) * limit ? kept.slice(0, word) : kept}…`;
  const more = span('more', '');
  more.append(span('when-shut', 'show all'), span('when-open', 'show less'));
  const summary = document.createElement('summary');
  summary.append(span('cut', cut), ' ', more);
  const details = Object.assign(document.createElement('details'), { className: 'long' });
  details.append(summary, span('', text));
  return details;
}
