// Tables of `xclr compare`'s results, a row a method, for the README and the results' own pages.

/** How a mean is written. */
export const units = {
  percent: (value) => (100 * value).toFixed(1),
  number: (value) => value.toFixed(3),
};

const row = (cells) => `| ${cells.join(' | ')} |`;

export function table(header, rows) {
  return [row(header), row(header.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');
}

/**
 * @param comparison what comparison.json holds
 * @param fraction of the training part
 * @param columns [metric, title, 'percent' | 'number'], then 'least' where less is better, or true where neither is; what training took comes last
 */
export function comparisonTable(comparison, fraction, columns, { effort: withEffort = true } = {}) {
  const measured = (method, metric) =>
    comparison.entries.find(
      (entry) => entry.method === method && entry.metric === metric && entry.fraction === fraction,
    )?.estimate ?? null;
  const best = new Map(
    columns.map(([metric, , , direction]) => {
      const means = comparison.methods.flatMap(({ key }) => measured(key, metric)?.mean ?? []);
      return [metric, direction === 'least' ? Math.min(...means) : Math.max(...means)];
    }),
  );
  const cell = (method, [metric, , unit, direction]) => {
    const estimate = measured(method, metric);
    if (estimate === null) return '–';
    const text = units[unit](estimate.mean);
    const strong = direction !== true && estimate.mean === best.get(metric) ? `**${text}**` : text;
    const by = /^(?:alignment|triplets|graded|mistakes)(-by-)?/.exec(metric);
    const seen = by?.[1] ? (comparison.trainedOnSecond?.methods ?? []) : comparison.trainedOnReference;
    const mark = by !== null && seen.includes(method) ? ' †' : '';
    if (estimate.low === null) return `${strong}${mark}`;
    return `${strong} <sub>${units[unit](estimate.low)} – ${units[unit](estimate.high)}</sub>${mark}`;
  };
  const effort = (method) => {
    const found = comparison.effort.efforts.find((one) => one.method === method && one.fraction === fraction);
    if (found === undefined) return ['–', '–'];
    const { viewsPerImage, steps, began } = found;
    const title = comparison.methods.find(({ key }) => key === began?.method)?.title;
    return [viewsPerImage, began === null ? steps : `${steps} after ${began.steps} of ${title}`];
  };
  return table(
    ['', ...columns.map(([, title]) => title), ...(withEffort ? ['views per image', 'steps'] : [])],
    comparison.methods.map(({ key, title }) => [
      key === comparison.focus ? `**${title}**` : title,
      ...columns.map((column) => cell(key, column)),
      ...(withEffort ? effort(key) : []),
    ]),
  );
}
