// The images behind a comparison's number: right by one method and wrong by another, and the worst mistakes.
import { decimal } from '../../../packages/xclr/src/report/format.js';
import { metricTitle } from '../../../packages/xclr/src/report/metric-titles.js';
import type { CasesAnswer, ComparedCase, ComparisonAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { Choose } from './choose.js';
import { SaveList } from './save-list.js';
import { urlOf, useAnswer } from './server.js';
import { Tile } from './tile.js';
import { useLarge } from './use-large.js';

export interface CasesProps {
  readonly source: string;
  readonly comparison: ComparisonAnswer;
  readonly fraction: number;
}

export function Cases({ source, comparison, fraction }: CasesProps) {
  const { methods, entries, focus, byImage, metrics } = comparison;
  const present = methods.filter(({ key }) =>
    entries.some((entry) => entry.method === key && entry.fraction === fraction),
  );
  const [metric, setMetric] = useParam(
    'metric',
    byImage.includes('knn_test') ? 'knn_test' : (byImage[0] ?? ''),
  );
  const [left, setLeft] = useParam('left', focus);
  const [right, setRight] = useParam('right', present.find(({ key }) => key !== left)?.key ?? '');
  const [which, setWhich] = useParam('cases', 'left');
  const ready = byImage.includes(metric) && left !== right;
  const { answer, problem } = useAnswer<CasesAnswer>(ready ? '/api/cases' : null, {
    source,
    metric,
    fraction,
    left,
    right,
  });
  if (byImage.length === 0) {
    return (
      <p class="quiet">
        The images behind the numbers are shown where the comparison’s folder has its <code>cells/</code>.
      </p>
    );
  }
  const named = (key: string) => methods.find((one) => one.key === key)?.title ?? key;
  const options = present.map(({ key, title }) => ({ id: key, name: title }));
  return (
    <section class="card" id="cases" aria-label="Images behind a number">
      <h2>The images behind a number</h2>
      <div class="tools">
        <Choose
          label="Measure"
          value={metric}
          options={byImage.map((id) => ({ id, name: metricTitle(id, metrics).title }))}
          onChoose={setMetric}
        />
        <Choose label="Method" value={left} options={options} onChoose={setLeft} />
        <Choose label="Beside it" value={right} options={options} onChoose={setRight} />
      </div>
      {problem !== null && <p class="problem">{problem}</p>}
      {left === right && <p class="quiet">Choose two methods.</p>}
      {ready && answer === null && problem === null && <p class="quiet">Comparing image by image …</p>}
      {answer !== null && (
        <CaseList answer={answer} left={named(left)} right={named(right)} which={which} onWhich={setWhich} />
      )}
    </section>
  );
}

interface CaseListProps {
  readonly answer: CasesAnswer;
  readonly left: string;
  readonly right: string;
  readonly which: string;
  readonly onWhich: (which: string) => void;
}

function CaseList({ answer, left, right, which, onWhich }: CaseListProps) {
  const { counts, seeds, run, images, cost } = answer;
  const kinds = [
    { id: 'left', name: `${left} right, ${right} wrong`, count: counts.leftOnly, list: answer.leftOnly },
    { id: 'right', name: `${right} right, ${left} wrong`, count: counts.rightOnly, list: answer.rightOnly },
    { id: 'worst', name: `Worst mistakes of ${left}`, count: counts.worst, list: answer.worst },
  ] as const;
  const shown = kinds.find(({ id }) => id === which) ?? kinds[0];
  const src = (one: ComparedCase, size: number) =>
    run === null ? '' : urlOf('/api/dataset/thumbnail', { run, image: one.id, size });
  const said = (one: ComparedCase) => (shown.id === 'left' ? one.rightSaid : one.leftSaid);
  const large = useLarge((place) => {
    const one = shown.list[place]!;
    const answers = [
      `${left}: right in ${seedsOf(one.left, seeds)}${one.leftSaid === null ? '' : `, else “${one.leftSaid}”`}`,
      `${right}: right in ${seedsOf(one.right, seeds)}${one.rightSaid === null ? '' : `, else “${one.rightSaid}”`}`,
    ];
    return { src: src(one, 768), title: one.id, text: `${one.caption} · ${answers.join(' · ')}` };
  });
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Which images">
        {kinds.map(({ id, name, count }) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={shown.id === id}
            tabindex={shown.id === id ? 0 : -1}
            onClick={() => onWhich(id)}
            onKeyDown={(event) => {
              const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              if (by === 0) return;
              const at = (kinds.findIndex((one) => one.id === id) + by + kinds.length) % kinds.length;
              onWhich(kinds[at]!.id);
              (event.currentTarget.parentElement?.children[at] as HTMLElement | undefined)?.focus();
            }}
          >
            {name} ({count})
          </button>
        ))}
      </div>
      <p class="quiet small">
        Of {images} images, over {seeds === 1 ? 'one seed' : `${seeds} seeds`}.{' '}
        {shown.id === 'worst'
          ? cost === null
            ? 'The comparison did not measure how bad mistakes are: those of most seeds come first.'
            : `The worst come first, by ${cost}, mean over the seeds.`
          : 'Where most seeds differ comes first; the numbers are seeds that were right.'}
        {shown.count > shown.list.length && ` The first ${shown.list.length} are shown.`}
        {run === null &&
          ' The comparison’s runs are not here, so the places in the data are shown in place of the images.'}
      </p>
      <div class="tiles cases">
        {shown.list.map((one, place) => (
          <Tile
            key={one.id}
            src={src(one, 96)}
            caption={one.caption === '' ? one.id : one.caption}
            title={`${one.id}: ${one.caption}`}
            number={
              shown.id !== 'worst'
                ? `${Math.round(one.left * seeds)} : ${Math.round(one.right * seeds)}`
                : one.leftCost === null
                  ? `${Math.round(one.left * seeds)} of ${seeds}`
                  : decimal(one.leftCost, 2)
            }
            {...(said(one) !== null && { note: `said ${said(one)}` })}
            onClick={() =>
              large.open(
                shown.list.map((_, i) => i),
                place,
              )
            }
          />
        ))}
      </div>
      {shown.list.length > 0 && run !== null && (
        <SaveList
          key={shown.id}
          images={shown.list.map(({ id }) => ({ id, reason: shown.name }))}
          name="cases"
          run={run}
        />
      )}
      {large.lightbox}
    </>
  );
}

const seedsOf = (fraction: number, seeds: number) => `${Math.round(fraction * seeds)} of ${seeds}`;
