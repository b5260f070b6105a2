// Compare: the tables and intervals of a comparison, with what is significant.
import { decimal } from '../../../packages/xclr/src/report/format.js';
import {
  lowerIsBetter,
  metricMeaning,
  metricTitle,
} from '../../../packages/xclr/src/report/metric-titles.js';
import type { ComparisonAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { maxOf, minOf } from '../../../packages/xclr/src/util/arrays.js';
import { setParams, useParam } from './address.js';
import { Cases } from './cases.js';
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
      {answer !== null && (
        <>
          <ComparisonTable comparison={answer} fraction={fraction ?? 1} />
          <Cases source={source.id} comparison={answer} fraction={fraction ?? 1} />
          <Conclusions comparison={answer} />
        </>
      )}
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
  const { methods, metrics, entries, focus, byImage } = comparison;
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
              const means = row.flatMap((one) => one?.mean ?? []);
              const best = lowerIsBetter(metric) ? minOf(means) : maxOf(means);
              const tells = byImage.includes(metric);
              return (
                <tr key={metric}>
                  <th scope="row" title={comparison.definitions[metric] ?? ''}>
                    {name}
                    {unit === 'percent' && ' (%)'}
                    {lowerIsBetter(metric) && ' ↓'}
                    <span class="explanation">{metricMeaning(metric)}</span>
                  </th>
                  {row.map((entry, i) => (
                    <td key={shown[i]!.key} class="number">
                      {entry === undefined || entry.mean === null ? (
                        '–'
                      ) : (
                        <>
                          {tells ? (
                            <button
                              type="button"
                              class="plain number-button"
                              title="The images behind this number"
                              onClick={() => {
                                const left = entry.method === focus ? null : focus;
                                setParams({
                                  metric,
                                  left,
                                  ...(left !== null && { right: entry.method }),
                                });
                                document.getElementById('cases')?.scrollIntoView({ block: 'start' });
                              }}
                            >
                              {entry.mean === best ? <b>{write(entry.mean)}</b> : write(entry.mean)}
                            </button>
                          ) : entry.mean === best ? (
                            <b>{write(entry.mean)}</b>
                          ) : (
                            write(entry.mean)
                          )}
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
        Means over seeds with 95 % intervals over seeds and test images; the best mean of a row is bold,
        whatever its interval. “Significantly” is said of a method beside {title}, after Holm’s correction. A
        click on a number leads to its images.
      </p>
    </>
  );
}

function Conclusions({ comparison: { conclusions } }: { readonly comparison: ComparisonAnswer }) {
  return (
    <>
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
