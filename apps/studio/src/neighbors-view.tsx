// Graph and encoder side by side: what the captions, the encoder and another run say is near an image, and where they disagree.
import { useState } from 'preact/hooks';
import { decimal } from '../../../packages/xclr/src/report/format.js';
import type {
  AgreementAnswer,
  RowAnswer,
  RunSummary,
  SampleAnswer,
} from '../../../packages/xclr/src/studio/wire.js';
import { setParams, useParam } from './address.js';
import { Distribution, Histograms } from './bars.js';
import { Choose } from './choose.js';
import type { Live } from './live.js';
import { NoSnapshots } from './no-snapshots.js';
import { useSample } from './sample-data.js';
import { useAnswer } from './server.js';
import { entropyOf, largest, targetRow } from './targets.js';
import { SampleTile, sampleLightbox, thumbnailUrl } from './tile.js';
import { useLarge } from './use-large.js';

/** Neighbors that are shown of each judge. */
const shownNeighbors = 12;

export function NeighborsView({ live }: { readonly live: Live }) {
  const { answer: sample, problem, candidates, run, setRun } = useSample(live);
  if (run === undefined) return <NoSnapshots />;
  return (
    <>
      {problem !== null && <p class="problem">{problem}</p>}
      {sample !== null && <Sampled sample={sample} run={run} candidates={candidates} onRun={setRun} />}
    </>
  );
}

interface SampledProps {
  readonly sample: SampleAnswer;
  readonly run: RunSummary;
  readonly candidates: readonly RunSummary[];
  readonly onRun: (id: string) => void;
}

function Sampled({ sample, run, candidates, onRun }: SampledProps) {
  const [stepText, setStep] = useParam('step');
  const [imageText, setImage] = useParam('image', '0');
  const [otherText, setOther] = useParam('other');
  const [search, setSearch] = useState('');
  const last = sample.steps.at(-1) ?? 0;
  const step = sample.steps.includes(Number(stepText)) && stepText !== '' ? Number(stepText) : last;
  const image = Math.min(Math.max(0, Number(imageText) || 0), sample.items.length - 1);
  const item = sample.items[image]!;
  const { answer: row, problem, waiting } = useAnswer<RowAnswer>('/api/row', { run: run.id, image, step });
  const other = candidates.find(({ id }) => id === otherText && id !== run.id);
  const otherSample = useAnswer<SampleAnswer>(other === undefined ? null : '/api/sample', { run: other?.id });
  const comparable = otherSample.answer?.key === sample.key;
  const otherRow = useAnswer<RowAnswer>(other !== undefined && comparable ? '/api/row' : null, {
    run: other?.id,
    image,
  });
  const show = (next: number) => setImage(String(next));
  const large = useLarge(sampleLightbox(run.id, sample.items), { onClosed: show });
  const words = search.toLowerCase();
  const found =
    words === ''
      ? []
      : sample.items.flatMap(({ id, caption }, i) =>
          `${id} ${caption}`.toLowerCase().includes(words) ? [i] : [],
        );
  const columns: [string, string, readonly number[] | null | undefined][] = [
    ['Graph', sample.hasGraph ? sample.graph : 'this method has no graph', row?.graph],
    ['Encoder', 'features, before the projector', row?.features],
    ['Projector', 'z, what the loss sees', row?.projected],
    ...(other !== undefined && comparable
      ? ([[other.name, 'features of the other run', otherRow.answer?.features]] as [
          string,
          string,
          readonly number[] | undefined,
        ][])
      : []),
  ];
  const near = new Set(row?.graph == null ? [] : largest(row.graph, image, shownNeighbors));
  return (
    <>
      <div class="tools">
        <Choose label="Run" value={run.id} options={candidates} onChoose={onRun} />
        <Choose
          label="After step"
          value={String(step)}
          options={sample.steps.map((one) => ({ id: String(one), name: String(one) }))}
          onChoose={setStep}
        />
        <Choose
          label="Beside it"
          value={other?.id ?? ''}
          none="no other run"
          options={candidates.filter(({ id }) => id !== run.id)}
          onChoose={setOther}
        />
        <label class="grow">
          Find an image by caption or id
          <input
            id="filter"
            type="search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
      </div>
      {other !== undefined && otherSample.answer !== null && !comparable && (
        <p class="problem">{other.name} has snapshots of other images: the two cannot be compared.</p>
      )}
      {(problem ?? otherSample.problem) !== null && <p class="problem">{problem ?? otherSample.problem}</p>}
      {words !== '' && (
        <section class="tiles" aria-label="Found images">
          {found.slice(0, 24).map((i) => (
            <SampleTile key={i} run={run.id} image={i} item={sample.items[i]!} onClick={() => show(i)} />
          ))}
          {found.length === 0 && <p class="quiet">No image of the sample has these words.</p>}
        </section>
      )}
      <div class="beside">
        <section class="card query-card" aria-label="The image">
          <button
            type="button"
            class="tile big"
            onClick={() =>
              large.open(
                sample.items.map((_, i) => i),
                image,
              )
            }
            aria-label={`Enlarge ${item.caption}`}
          >
            <img src={thumbnailUrl(run.id, image, 256)} alt="" />
          </button>
          <p class="caption">
            <b>{item.caption}</b>
            <br />
            <span class="quiet">
              {item.id}
              {item.label !== null && ` · ${item.label}`}
            </span>
          </p>
          <div class="tools">
            <button type="button" class="plain" disabled={image === 0} onClick={() => show(image - 1)}>
              ← before
            </button>
            <button
              type="button"
              class="plain"
              disabled={image === sample.items.length - 1}
              onClick={() => show(image + 1)}
            >
              next →
            </button>
          </div>
        </section>
        <div class={`judges of-${columns.length}`} aria-busy={waiting}>
          {columns.map(([title, about, values]) => (
            <section key={title} aria-label={`Nearest by ${title}`}>
              <h2>
                {title} <span class="quiet small">{about}</span>
              </h2>
              {values == null ? (
                <p class="quiet">{row === null ? 'Reading …' : 'None.'}</p>
              ) : (
                <div class="tiles">
                  {largest(values, image, shownNeighbors).map((i) => (
                    <SampleTile
                      key={i}
                      run={run.id}
                      image={i}
                      item={sample.items[i]!}
                      number={decimal(values[i]!, 2)}
                      shared={title !== 'Graph' && near.has(i)}
                      onClick={() => show(i)}
                    />
                  ))}
                </div>
              )}
            </section>
          ))}
          {row?.graph != null && (
            <p class="quiet small">
              A frame marks images that are also among the {shownNeighbors} nearest by the graph. Click an
              image to look from there.
            </p>
          )}
        </div>
      </div>
      {row?.graph != null && <Targets sample={sample} similarities={row.graph} image={image} run={run.id} />}
      <Disagreements
        sample={sample}
        run={run}
        step={step}
        other={comparable ? other : undefined}
        onImage={show}
      />
      {large.lightbox}
    </>
  );
}

interface TargetsProps {
  readonly sample: SampleAnswer;
  readonly similarities: readonly number[];
  readonly image: number;
  readonly run: string;
}

/** The row of the target distribution as τ_s moves. */
function Targets({ sample, similarities, image, run }: TargetsProps) {
  const own = sample.temperature ?? 0.1;
  const [tauText, setTau] = useParam('tau', String(own));
  const tau = Number(tauText) > 0 ? Number(tauText) : own;
  const target = targetRow(similarities, image, tau);
  const order = largest(target, image, target.length);
  const entropy = entropyOf(target);
  const positives = Math.exp(entropy);
  return (
    <section class="card" aria-label="Target distribution">
      <h2>
        What this image is pulled towards{' '}
        <span class="quiet small">softmax of the graph’s row over the sample</span>
      </h2>
      <div class="tools">
        <label class="grow">
          τ_s {tau}
          {sample.temperature !== null && ` (the run has ${sample.temperature})`}
          <input
            type="range"
            aria-label="Target temperature τ_s"
            min="-3"
            max="1"
            step="0.01"
            value={Math.log10(tau)}
            onInput={(event) =>
              setTau(String(Number((10 ** Number(event.currentTarget.value)).toPrecision(3))))
            }
          />
        </label>
        <button type="button" class="plain" disabled={tau === own} onClick={() => setParams({ tau: null })}>
          The run’s τ_s
        </button>
      </div>
      <p class="readout">
        Entropy {decimal(entropy, 2)} nats: as if {decimal(positives, 1)} images shared the target equally.
        The nearest image has {decimal(100 * target[order[0]!]!, 1)} %, the ten nearest{' '}
        {decimal(100 * order.slice(0, 10).reduce((sum, i) => sum + target[i]!, 0), 1)} %.
      </p>
      <div class="split">
        <Distribution values={order.slice(0, 200).map((i) => target[i]!)} marked={10} />
        <div class="tiles">
          {order.slice(0, 10).map((i) => (
            <SampleTile
              key={i}
              run={run}
              image={i}
              item={sample.items[i]!}
              number={`${decimal(100 * target[i]!, 1)} %`}
              onClick={() => setParams({ image: String(i) })}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

interface DisagreementsProps {
  readonly sample: SampleAnswer;
  readonly run: RunSummary;
  readonly step: number;
  readonly other: RunSummary | undefined;
  readonly onImage: (image: number) => void;
}

function Disagreements({ sample, run, step, other, onImage }: DisagreementsProps) {
  const [asked, setJudges] = useParam('judges', sample.hasGraph ? 'graph,features' : 'features,projected');
  const [left, right] = asked.split(',');
  const between = right === 'other' ? { left, right: 'features', other: other?.id } : { left, right };
  const ready = right !== 'other' || other !== undefined;
  const { answer, problem, waiting } = useAnswer<AgreementAnswer>(ready ? '/api/agreement' : null, {
    run: run.id,
    step,
    ...between,
  });
  const names: Readonly<Record<string, string>> = {
    graph: 'the graph',
    features: 'the encoder',
    projected: 'the projector',
    other: other?.name ?? 'the other run',
  };
  const [leftName, rightName] = [names[left ?? ''] ?? '', names[right ?? ''] ?? ''];
  const choices = [
    ...(sample.hasGraph ? ['graph,features', 'graph,projected'] : []),
    'features,projected',
    ...(other !== undefined ? ['features,other'] : []),
  ];
  const order =
    answer === null
      ? []
      : answer.correlations
          .map((value, i) => [value, i] as const)
          .filter((entry): entry is [number, number] => entry[0] !== null)
          .sort((a, b) => a[0] - b[0]);
  return (
    <section class="card" aria-label="Disagreements">
      <h2>Where they disagree</h2>
      <div class="tools">
        <Choose
          label="Between"
          value={asked}
          options={choices.map((id) => ({
            id,
            name: id
              .split(',')
              .map((judge) => names[judge])
              .join(' and '),
          }))}
          onChoose={setJudges}
        />
        {answer !== null && answer.mean !== null && (
          <span>
            Mean rank correlation of their rows: <b>{decimal(answer.mean, 3)}</b>
          </span>
        )}
      </div>
      {problem !== null && <p class="problem">{problem}</p>}
      {answer === null && waiting && <p class="quiet">Comparing all pairs …</p>}
      {answer !== null && (
        <>
          <div class="split">
            <figure>
              <figcaption>
                <span>
                  Similarities of all pairs: <span class="first-name">{leftName}</span>,{' '}
                  <span class="second-name">{rightName}</span>
                </span>
              </figcaption>
              <Histograms left={answer.left} right={answer.right} leftName={leftName} rightName={rightName} />
            </figure>
            <div>
              <h3>Images whose neighbors differ most</h3>
              <div class="tiles">
                {order.slice(0, 12).map(([value, i]) => (
                  <SampleTile
                    key={i}
                    run={run.id}
                    image={i}
                    item={sample.items[i]!}
                    number={`ρ ${decimal(value, 2)}`}
                    onClick={() => onImage(i)}
                  />
                ))}
              </div>
            </div>
          </div>
          <h3>Pairs that they rank most differently</h3>
          <ol class="pairs">
            {answer.pairs.slice(0, 24).map(({ a, b, left: x, right: y, leftRank, rightRank }) => (
              <li key={`${a} ${b}`}>
                <SampleTile run={run.id} image={a} item={sample.items[a]!} onClick={() => onImage(a)} />
                <SampleTile run={run.id} image={b} item={sample.items[b]!} onClick={() => onImage(b)} />
                <span>
                  <span class="first-name">{leftName}</span> {decimal(x, 2)}
                  <br />
                  nearer than {decimal(100 * leftRank, 0)} %
                  <br />
                  <span class="second-name">{rightName}</span> {decimal(y, 2)}
                  <br />
                  nearer than {decimal(100 * rightRank, 0)} %
                </span>
              </li>
            ))}
          </ol>
          {answer.pairs.length === 0 && <p class="quiet">No pair differs by half of the ranks.</p>}
        </>
      )}
    </section>
  );
}
