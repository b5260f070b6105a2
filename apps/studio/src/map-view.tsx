// The map that moves while it trains: the sample's layouts step by step, a lasso, and lists of images out of it.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LayoutAnswer, RunSummary, SampleAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { go, useParam } from './address.js';
import { bytesOf, categoriesOf, columnsIn } from './categories.js';
import { Lightbox } from './lightbox.js';
import type { Live } from './live.js';
import { NoSnapshots } from './no-snapshots.js';
import { between } from './plane.js';
import { useSample } from './sample-data.js';
import { SaveList } from './save-list.js';
import { Scatter } from './scatter.js';
import { useAnswer } from './server.js';
import { Tile, thumbnailUrl } from './tile.js';

export function MapView({ live, dark }: { readonly live: Live; readonly dark: boolean }) {
  const { answer: sample, problem, candidates, run, setRun } = useSample(live);
  if (run === undefined) return <NoSnapshots />;
  return (
    <>
      {problem !== null && <p class="problem">{problem}</p>}
      {sample !== null && (
        <SampleMap
          key={run.id}
          sample={sample}
          run={run}
          candidates={candidates}
          onRun={setRun}
          dark={dark}
        />
      )}
    </>
  );
}

interface SampleMapProps {
  readonly sample: SampleAnswer;
  readonly run: RunSummary;
  readonly candidates: readonly RunSummary[];
  readonly onRun: (id: string) => void;
  readonly dark: boolean;
}

/** Milliseconds in which points go from one layout to the next. */
const moving = 500;

function SampleMap({ sample, run, candidates, onRun, dark }: SampleMapProps) {
  const [rows, setRows] = useParam('rows', 'features');
  const [stepText, setStep] = useParam('step');
  const [column, setColumn] = useParam('color', columnsIn(sample.items)[0] ?? '');
  const [chosenText, setChosen] = useParam('chosen');
  const [lasso, setLasso] = useState(false);
  const [playing, setPlaying] = useState(false);
  const [kind, setKind] = useState('webgl');
  const [large, setLarge] = useState<{ readonly list: readonly number[]; readonly at: number } | null>(null);
  const layout = useLayouts(run, rows, sample.steps.length);
  const chosen = useMemo(() => placesIn(chosenText, sample.items.length), [chosenText]);
  const steps = layout?.steps ?? [];
  const asked = steps.indexOf(Number(stepText));
  const at = stepText === '' || asked < 0 ? steps.length - 1 : asked;
  const positions = useMoving(layout, at);
  const { categories, of } = useMemo(() => categoriesOf(sample.items, column), [sample, column, dark]);
  const colors = useMemo(() => {
    const known = categories.map(({ color }) => bytesOf(color));
    const bytes = new Uint8Array(4 * of.length);
    of.forEach((category, i) => {
      bytes.set([...(known[category] ?? [128, 128, 128]), 220], 4 * i);
    });
    return bytes;
  }, [categories, of]);
  useEffect(() => {
    if (!playing) return;
    const timer = window.setInterval(() => {
      const next = (at + 1) % Math.max(1, steps.length);
      setStep(String(steps[next] ?? ''));
      if (next === steps.length - 1) setPlaying(false);
    }, 700);
    return () => window.clearInterval(timer);
  }, [playing, at, steps.length]);
  const cost = run.last.stepSeconds === undefined ? null : run.step * run.last.stepSeconds;
  const taken = sample.seconds * sample.steps.length;
  return (
    <>
      <div class="tools">
        <label>
          Run
          <select value={run.id} onChange={(event) => onRun(event.currentTarget.value)}>
            {candidates.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Vectors
          <select value={rows} onChange={(event) => setRows(event.currentTarget.value)}>
            <option value="features">before the projector</option>
            {sample.projector && <option value="projected">after the projector</option>}
          </select>
        </label>
        <label>
          Color by
          <select value={column} onChange={(event) => setColumn(event.currentTarget.value)}>
            {columnsIn(sample.items).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
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
            if (!playing && at === steps.length - 1) setStep(String(steps[0] ?? ''));
            setPlaying(!playing);
          }}
        >
          {playing ? 'Pause' : 'Play'}
        </button>
        <button type="button" class="plain" aria-pressed={lasso} onClick={() => setLasso(!lasso)}>
          Lasso
        </button>
      </div>
      <div class="map-and-list">
        <div>
          {positions === null ? (
            <p class="quiet">Laying out …</p>
          ) : (
            <Scatter
              positions={positions}
              colors={colors}
              chosen={chosen}
              thumbnail={(image) => thumbnailUrl(run.id, image, 64)}
              lasso={lasso}
              onLasso={(images) => {
                setChosen(images.join('.'));
                setLasso(false);
              }}
              onPick={(image) => setLarge({ list: sample.items.map((_, i) => i), at: image })}
              onKind={setKind}
              label={`Map of ${sample.items.length} images. Arrow keys move it, + and − zoom, 0 shows all, Enter opens the image in the middle.`}
              fit={`${run.id} ${rows} ${steps.length > 0}`}
            />
          )}
          <ul class="legend" aria-label="Colors">
            {categories.map(({ name, color, count }) => (
              <li key={name} class="method">
                <span class="dot" style={{ background: color }} /> {name} <span class="quiet">{count}</span>
              </li>
            ))}
          </ul>
          <p class="quiet small">
            Drag to move, scroll to zoom (images appear), click to open an image, Shift and drag to draw
            around some.
            {layout !== null &&
              !layout.complete &&
              ` ${steps.length} of ${sample.steps.length} layouts are made.`}
            {kind === 'canvas' &&
              ' This browser has no WebGL: points are drawn on a plain canvas, and of very many only some.'}
            {cost !== null &&
              cost > 0 &&
              ` ${sample.steps.length} snapshots took about ${((100 * taken) / cost).toFixed(1)} % of the training.`}
          </p>
        </div>
        <section aria-label="Chosen images" class="chosen-images">
          <h2>{chosen.size === 0 ? 'Nothing chosen' : `${chosen.size} images chosen`}</h2>
          {chosen.size === 0 ? (
            <p class="quiet">
              Draw around points with the lasso to see their images and save them as a list.
            </p>
          ) : (
            <>
              <SaveList
                images={[...chosen].map((i) => ({ id: sample.items[i]!.id }))}
                onClear={() => setChosen('')}
              />
              <div class="tiles">
                {[...chosen].slice(0, 200).map((i) => (
                  <Tile
                    key={i}
                    run={run.id}
                    image={i}
                    item={sample.items[i]!}
                    onClick={() => setLarge({ list: [...chosen], at: [...chosen].indexOf(i) })}
                  />
                ))}
              </div>
            </>
          )}
        </section>
      </div>
      {large !== null && (
        <Lightbox
          images={large.list.map((i) => ({
            src: thumbnailUrl(run.id, i, 768),
            title: sample.items[i]!.id,
            text: sample.items[i]!.caption,
          }))}
          at={large.at}
          onMove={(next) => setLarge({ ...large, at: next })}
          onClose={() => setLarge(null)}
          onNeighbors={() => go('neighbors', { run: run.id, image: String(large.list[large.at]) })}
        />
      )}
    </>
  );
}

/** Places of chosen images, in the address as '3.14.15'. */
function placesIn(text: string, items: number): ReadonlySet<number> {
  const places = text.split('.').filter(Boolean).map(Number);
  return new Set(places.filter((place) => Number.isInteger(place) && place >= 0 && place < items));
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
