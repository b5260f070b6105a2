// The map: a run's sample that moves while it trains, step by step, or a file of embeddings.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type {
  EmbeddingsAnswer,
  LayoutAnswer,
  RunSummary,
  SampleAnswer,
  SourceSummary,
} from '../../../packages/xclr/src/studio/wire.js';
import { go, setParams, useParam } from './address.js';
import { Choose } from './choose.js';
import { ImageMap } from './image-map.js';
import type { Live } from './live.js';
import { NoSnapshots } from './no-snapshots.js';
import { between } from './plane.js';
import { useSample } from './sample-data.js';
import { urlOf, useAnswer } from './server.js';
import { thumbnailUrl } from './tile.js';

/** What a map can be of: runs with snapshots, then files of embeddings. */
interface Subjects {
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly name: string }[];
  readonly onChoose: (id: string) => void;
}

export function MapView({ live, dark }: { readonly live: Live; readonly dark: boolean }) {
  const { answer: sample, problem, candidates, run } = useSample(live);
  const [asked] = useParam('embeddings');
  const files = live.sources.filter(({ kind }) => kind === 'embeddings');
  const file = files.find(({ id }) => id === asked) ?? (run === undefined ? files[0] : undefined);
  if (run === undefined && file === undefined) return <NoSnapshots />;
  const subjects: Subjects = {
    value: file?.id ?? run!.id,
    options: [...candidates, ...files],
    onChoose: (id) => {
      const isFile = files.some((one) => one.id === id);
      setParams({ embeddings: isFile ? id : null, ...(!isFile && { run: id }), chosen: null, step: null });
    },
  };
  if (file !== undefined) return <EmbeddingsMap key={file.id} file={file} subjects={subjects} dark={dark} />;
  return (
    <>
      {problem !== null && <p class="problem">{problem}</p>}
      {sample !== null && (
        <SampleMap key={run!.id} sample={sample} run={run!} subjects={subjects} dark={dark} />
      )}
    </>
  );
}

interface EmbeddingsMapProps {
  readonly file: SourceSummary;
  readonly subjects: Subjects;
  readonly dark: boolean;
}

function EmbeddingsMap({ file, subjects, dark }: EmbeddingsMapProps) {
  const { answer, problem } = useAnswer<EmbeddingsAnswer>('/api/embeddings', { source: file.id });
  const positions = useMemo(() => (answer === null ? null : Float32Array.from(answer.positions)), [answer]);
  if (answer === null) {
    return (
      <>
        <div class="tools">
          <Choose label="Map of" {...subjects} />
        </div>
        {problem === null ? <p class="quiet">Laying out {file.name} …</p> : <p class="problem">{problem}</p>}
      </>
    );
  }
  const { items, total, encoder } = answer;
  return (
    <ImageMap
      items={items}
      positions={positions}
      image={(item, size) => urlOf('/api/item/thumbnail', { source: file.id, id: items[item]?.id, size })}
      dark={dark}
      fit={file.id}
      tools={<Choose label="Map of" {...subjects} />}
      remarks={
        <>
          {' '}
          Vectors of <code>{encoder}</code>
          {total > items.length && `; ${items.length} of its ${total} rows, evenly spread`}.
        </>
      }
    />
  );
}

interface SampleMapProps {
  readonly sample: SampleAnswer;
  readonly run: RunSummary;
  readonly subjects: Subjects;
  readonly dark: boolean;
}

/** Milliseconds in which points go from one layout to the next, and between two steps that are played. */
const moving = 500;
const playing = 700;

function SampleMap({ sample, run, subjects, dark }: SampleMapProps) {
  const [rows, setRows] = useParam('rows', 'features');
  const [stepText, setStep] = useParam('step');
  const [plays, setPlays] = useState(false);
  const layout = useLayouts(run, rows, sample.steps.length);
  const steps = layout?.steps ?? [];
  const asked = steps.indexOf(Number(stepText));
  const at = stepText === '' || asked < 0 ? steps.length - 1 : asked;
  const positions = useMoving(layout, at);
  useEffect(() => {
    if (!plays) return;
    const timer = window.setInterval(() => {
      const next = (at + 1) % Math.max(1, steps.length);
      setStep(String(steps[next] ?? ''));
      if (next === steps.length - 1) setPlays(false);
    }, playing);
    return () => window.clearInterval(timer);
  }, [plays, at, steps.length]);
  const whole = sample.trainingSeconds + sample.seconds;
  return (
    <ImageMap
      items={sample.items}
      positions={positions}
      image={(item, size) => thumbnailUrl(run.id, item, size)}
      dark={dark}
      run={run.id}
      fit={`${run.id} ${rows} ${steps.length > 0}`}
      onNeighbors={(item) => go('neighbors', { run: run.id, image: String(item) })}
      tools={
        <>
          <Choose label="Map of" {...subjects} />
          <label>
            Vectors
            <select value={rows} onChange={(event) => setRows(event.currentTarget.value)}>
              <option value="features">before the projector</option>
              {sample.projector && <option value="projected">after the projector</option>}
            </select>
          </label>
          <label class="grow">
            After step {steps[at] ?? '…'}
            <input
              type="range"
              aria-label="Step"
              min="0"
              max={Math.max(0, steps.length - 1)}
              value={Math.max(0, at)}
              onInput={(event) => setStep(String(steps[Number(event.currentTarget.value)] ?? ''))}
            />
          </label>
          <button
            type="button"
            class="plain"
            disabled={steps.length < 2}
            onClick={() => {
              if (!plays && at === steps.length - 1) setStep(String(steps[0] ?? ''));
              setPlays(!plays);
            }}
          >
            {plays ? 'Pause' : 'Play'}
          </button>
        </>
      }
      remarks={
        <>
          {layout !== null &&
            !layout.complete &&
            ` ${steps.length} of ${sample.steps.length} layouts are made.`}
          {sample.trainingSeconds > 0 &&
            ` ${sample.steps.length} snapshots took ${((100 * sample.seconds) / whole).toPrecision(2)} % of the training.`}
        </>
      }
    />
  );
}

/** Asked for again until all layouts are made, and when training has written more. */
function useLayouts(run: RunSummary, rows: string, snapshots: number): LayoutAnswer | null {
  const [round, setRound] = useState(0);
  const { answer } = useAnswer<LayoutAnswer>('/api/layout', { run: run.id, rows }, `${round} ${snapshots}`);
  useEffect(() => {
    if (answer === null || answer.complete) return;
    const timer = window.setTimeout(() => setRound(round + 1), 700);
    return () => window.clearTimeout(timer);
  }, [answer]);
  return answer;
}

/** Points on their way from the layout before to the one asked for. */
function useMoving(layout: LayoutAnswer | null, at: number): Float32Array | null {
  const wanted = layout?.positions[at];
  const from = useRef<readonly number[] | null>(null);
  const [positions, setPositions] = useState<Float32Array | null>(null);
  useEffect(() => {
    if (wanted === undefined) return;
    const begun = from.current;
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (begun === null || begun.length !== wanted.length || still) {
      setPositions(Float32Array.from(wanted));
      from.current = wanted;
      return;
    }
    const start = performance.now();
    let frame = 0;
    const move = () => {
      const part = Math.min(1, (performance.now() - start) / moving);
      const eased = part * part * (3 - 2 * part);
      const now = between(begun, wanted, eased);
      from.current = [...now];
      setPositions(now);
      if (part < 1) frame = requestAnimationFrame(move);
    };
    frame = requestAnimationFrame(move);
    return () => cancelAnimationFrame(frame);
  }, [wanted]);
  return positions;
}
