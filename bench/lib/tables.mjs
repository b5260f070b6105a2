// Markdown tables of benchmarks whose figures are no ratio of two rates: for `npm run bench` and for the generated sections of docs/.

/** Of bench/results/large-loss.json. */
export function largeLossTable(rows) {
  const range = ({ min, max }, digits) =>
    min.toFixed(digits) === max.toFixed(digits)
      ? min.toFixed(digits)
      : `${min.toFixed(digits)} – ${max.toFixed(digits)}`;
  return [
    '| views | form | processor seconds | MiB above the inputs |',
    '| ---: | --- | ---: | ---: |',
    ...rows.map(
      ({ views, form, processors, mebibytes }) =>
        `| ${views.toLocaleString('en-US')} | ${form} | ${range(processors, 2)} | ${range(mebibytes, 0)} |`,
    ),
  ].join('\n');
}

/** Of bench/results/processes.json. */
export function processesTable(rows) {
  const range = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)} – ${max.toFixed(2)})`;
  return [
    '| | precision | seconds a step | ratio | processor seconds a step | messages and MiB a step from each |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ form, precision, seconds, ratio, processors, messages, mebibytes }) =>
        `| ${form} | ${precision} | ${range(seconds)} | ${range(ratio)} | ${range(processors)} | ${messages}, ${mebibytes.toFixed(1)} |`,
    ),
  ].join('\n');
}
