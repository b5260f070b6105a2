// Compare: the tables and intervals of a comparison, with what is significant.
import { decimal } from '../../../packages/xclr/src/report/format.js';
import { metricMeaning, metricTitle } from '../../../packages/xclr/src/report/metric-titles.js';
import type { ComparisonAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { ChooseSource, useSource } from './choose-source.js';
import type { Live } from './live.js';
import { useAnswer } from './server.js';

export function CompareView({ live }: { readonly live: Live }) {
  const { source, sources, choose } = useSource(live, 'comparison');
  const { answer, problem } = useAnswer<ComparisonAnswer>(source === undefined ? null : '/api/comparison', {
    source: source?.id,
  });
  const [fractionText, setFraction] = useParam('fraction');
  if (source === undefined) {
    return (
      <div class="card">
        <p>
          No comparison was found. <code>xclr compare PLAN --out comparison</code> writes one; then start the
          studio with its folder: <code>xclr studio comparison</code>.
        </p>
      </div>
    );
  }
  const fractions = [...new Set(answer?.entries.map(({ fraction }) => fraction) ?? [])].sort((a, b) => b - a);
  const fraction = fractions.includes(Number(fractionText)) ? Number(fractionText) : fractions[0];
  return (
    <>
      <div class="tools">
        <ChooseSource label="Comparison" source={source} sources={sources} choose={choose} />
        {fractions.length > 1 && (
          <label>
            Training part
            <select value={String(fraction)} onChange={(event) => setFraction(event.currentTarget.value)}>
              {fractions.map((one) => (
                <option key={one} value={String(one)}>
                  {one === 1 ? 'all of it' : `${decimal(100 * one, 1)} %`}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {problem !== null && <p class="problem">{problem}</p>}
      {answer !== null && <ComparisonTable comparison={answer} fraction={fraction ?? 1} />}
    </>
  );
}

function ComparisonTable({
  comparison,
  fraction,
}: {
  readonly comparison: ComparisonAnswer;
  readonly fraction: number;
}) {
  const { methods, metrics, entries, focus, conclusions } = comparison;
  const here = entries.filter((entry) => entry.fraction === fraction);
  const shown = methods.filter(({ key }) => here.some(({ method }) => method === key));
  const title = methods.find(({ key }) => key === focus)?.title ?? focus;
  return (
    <>
      <section class="scroll" tabindex={0} aria-label="Results">
        <table>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              {shown.map(({ key, title: name, control }) => (
                <th key={key} scope="col" class="number">
                  {name}
                  {control && <span class="quiet"> (control)</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => {
              const { title: name, unit } = metricTitle(metric, metrics);
              const write = (value: number) =>
                unit === 'percent' ? decimal(100 * value, 1) : decimal(value, 3);
              const row = shown.map(({ key }) =>
                here.find((entry) => entry.metric === metric && entry.method === key),
              );
              const best = row.reduce(
                (most, one) => Math.max(most, one?.mean ?? most),
                Number.NEGATIVE_INFINITY,
              );
              return (
                <tr key={metric}>
                  <th scope="row" title={comparison.definitions[metric] ?? ''}>
                    {name}
                    {unit === 'percent' && ' (%)'}
                    <span class="explanation">{metricMeaning(metric)}</span>
                  </th>
                  {row.map((entry, i) => (
                    <td key={shown[i]!.key} class="number">
                      {entry === undefined || entry.mean === null ? (
                        '–'
                      ) : (
                        <>
                          {entry.mean === best ? <b>{write(entry.mean)}</b> : write(entry.mean)}
                          {entry.low !== null && entry.high !== null && (
                            <span class="explanation">
                              {write(entry.low)} to {write(entry.high)}
                            </span>
                          )}
                          {entry.verdict !== null && (
                            <span class={`explanation ${entry.verdict}`}>significantly {entry.verdict}</span>
                          )}
                        </>
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <p class="quiet small">
        Means over seeds with 95 % intervals over seeds and test images; the highest mean of a row is bold,
        whatever its interval. “Significantly” is said of a method beside {title}, after Holm’s correction.
      </p>
      {conclusions.length > 0 && (
        <section class="card" aria-label="Conclusions">
          <h2>In words</h2>
          <ul class="plain-list">
            {conclusions.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
