// Runs in the browser: lists what no page may have: text that is clipped, overlapped, broken letter by letter, too small or out of the window.
(() => {
  /** Smallest text, in CSS pixels as seen. */
  const smallest = 10;
  /** Pixels that rounding and antialiasing may cost. */
  const tolerance = 2;
  const problems = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width)
    problems.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width} px`);

  const named = (element) => {
    const name = element.closest('[id]')?.id ?? '';
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> in #${name}`;
  };
  const isShown = (element) =>
    element.checkVisibility({
      contentVisibilityAuto: true,
      visibilityProperty: true,
      opacityProperty: true,
    }) && element.closest('.hidden, .skip, title, [hidden], option, style, script, noscript') === null;
  const hides = ({ overflowX, overflowY }) =>
    [overflowX, overflowY].some((one) => one === 'hidden' || one === 'clip');
  const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (node.data.trim() === '' || parent === null || !isShown(parent)) continue;
    const svg = parent.closest('svg');
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = svg === null ? [...range.getClientRects()] : [parent.getBoundingClientRect()];
    const scale = svg === null ? 1 : parent.getScreenCTM().a;
    texts.push({
      parent,
      svg,
      text: node.data.trim().slice(0, 40),
      length: node.data.trim().length,
      size: parseFloat(getComputedStyle(parent).fontSize) * scale,
      boxes,
    });
  }

  for (const { parent, svg, text, length, size, boxes } of texts) {
    // A column that has no room breaks words letter by letter.
    const rows = new Set(boxes.map(({ top }) => Math.round(top))).size;
    if (rows > 3 && length / rows < 4)
      problems.push(`“${text}” is broken letter by letter: ${named(parent)}`);
    if (size < smallest) problems.push(`“${text}” is ${size.toFixed(1)} px high: ${named(parent)}`);
    let scrolled = false;
    const limits = [];
    for (let up = svg?.parentElement ?? parent; up !== null && up !== document.body; up = up.parentElement) {
      if (scrolls(up)) scrolled = true;
      else if (!scrolled && hides(getComputedStyle(up))) limits.push(up.getBoundingClientRect());
    }
    if (svg !== null && !scrolled)
      limits.push((svg.closest('.card') ?? svg.parentElement).getBoundingClientRect());
    // Spaces at the end of a line hang out of a <pre> that wraps; the page's own width shows whether words do.
    const hangs = getComputedStyle(parent).whiteSpaceCollapse === 'preserve';
    for (const box of boxes) {
      if (!scrolled && !hangs && (box.right > width + tolerance || box.left < -tolerance))
        problems.push(`“${text}” leaves the window: ${named(parent)}`);
      const clipped = limits.some(
        (limit) =>
          box.left < limit.left - tolerance ||
          box.right > limit.right + tolerance ||
          box.top < limit.top - tolerance ||
          box.bottom > limit.bottom + tolerance,
      );
      if (clipped) problems.push(`“${text}” is clipped or leaves its card: ${named(parent)}`);
    }
  }

  // A line's box has room above and below its letters: only the middle of two boxes may not meet.
  const lines = texts
    .flatMap((one) =>
      one.boxes.map(({ left, right, top, bottom }) => {
        const spare = 0.2 * (bottom - top);
        return { one, left: left + 1, right: right - 1, top: top + spare, bottom: bottom - spare };
      }),
    )
    .filter(({ left, right }) => right > left)
    .sort((a, b) => a.top - b.top);
  lines.forEach((a, i) => {
    for (let j = i + 1; j < lines.length && lines[j].top < a.bottom; j++) {
      const b = lines[j];
      if (a.one === b.one || a.one.parent.closest('.scroll') !== b.one.parent.closest('.scroll')) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > tolerance)
        problems.push(`“${a.one.text}” and “${b.one.text}” overlap: ${named(b.one.parent)}`);
    }
  });
  return [...new Set(problems)].slice(0, 12);
})();
