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

/** What is timed of a convolution, as rows and as people name it. */
export const convolutionParts = {
  forward: 'forward',
  inputGradient: 'gradient of the input',
  weightGradient: 'gradient of the weights',
};

/** Of bench/results/convolutions-….json: a row a convolution; how many times as fast as LibTorch's ours is, and what runs by the rule. */
export function convolutionsTable(rows) {
  const precisions = [...new Set(rows.map(({ precision }) => precision))];
  const cell = (convolution, precision, part) => {
    const row = rows.find(
      (one) => one.convolution === convolution && one.precision === precision && one.part === part,
    );
    return row === undefined ? '–' : `${row.ratio.median.toFixed(1)} (${row.chosen.median.toFixed(1)})`;
  };
  const cells = (convolution) =>
    precisions.flatMap((precision) =>
      Object.keys(convolutionParts).map((part) => cell(convolution, precision, part)),
    );
  const columns = precisions.flatMap((precision) =>
    Object.values(convolutionParts).map((title) => `${title}, ${precision}`),
  );
  return [
    `| input → kernels | ${columns.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(columns.length)}`,
    ...[...new Set(rows.map(({ convolution }) => convolution))].map(
      (convolution) => `| ${convolution} | ${cells(convolution).join(' | ')} |`,
    ),
  ].join('\n');
}
