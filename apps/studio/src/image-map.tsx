// A map of images with what belongs to it: colors by a column, a lasso, the chosen images and a list of them.
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { SampledItem } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { bytesOf, categoriesOf, columnsIn } from './categories.js';
import { Choose } from './choose.js';
import type { SurfaceKind } from './point-surface.js';
import { SaveList } from './save-list.js';
import { Scatter } from './scatter.js';
import { Tile } from './tile.js';
import { useLarge } from './use-large.js';

export interface ImageMapProps {
  readonly items: readonly SampledItem[];
  /** x and y of each item in turn; null while they are made. */
  readonly positions: Float32Array | null;
  /** Where an item's image comes from. */
  readonly image: (item: number, size: number) => string;
  readonly dark: boolean;
  /** Changes when everything is to be in sight again. */
  readonly fit: string;
  /** What is chosen above the map beside colors and lasso. */
  readonly tools: ComponentChildren;
  /** What is said below it. */
  readonly remarks: ComponentChildren;
  /** The run whose data the images belong to. */
  readonly run?: string;
  /** Leads to an item's neighbors, where that is possible. */
  readonly onNeighbors?: (item: number) => void;
}

/** Chosen images that are drawn beside the map, and that the address holds; a list may have more. */
const mostDrawn = 200;
const mostInAddress = 1000;

export function ImageMap(props: ImageMapProps) {
  const { items, positions, image, dark, fit, tools, remarks, run, onNeighbors } = props;
  const columns = useMemo(() => columnsIn(items), [items]);
  const [column, setColumn] = useParam('color', columns[0] ?? '');
  const [chosen, setChosen] = useChosen(items.length);
  const [lasso, setLasso] = useState(false);
  const [kind, setKind] = useState<SurfaceKind>('webgl');
  const [drawn] = useParam('drawn');
  const { categories, of } = useMemo(() => categoriesOf(items, column), [items, column, dark]);
  const colors = useMemo(() => {
    const known = categories.map(({ color }) => bytesOf(color));
    const bytes = new Uint8Array(4 * of.length);
    of.forEach((category, i) => {
      bytes.set([...(known[category] ?? [128, 128, 128]), 220], 4 * i);
    });
    return bytes;
  }, [categories, of]);
  const large = useLarge(
    (item) => ({ src: image(item, 768), title: items[item]?.id ?? '', text: items[item]?.caption ?? '' }),
    onNeighbors === undefined ? {} : { onNeighbors },
  );
  const list = useMemo(() => [...chosen], [chosen]);
  return (
    <>
      <div class="tools">
        {tools}
        <Choose
          label="Color by"
          value={column}
          options={columns.map((name) => ({ id: name, name }))}
          onChoose={setColumn}
        />
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
              thumbnail={(item) => image(item, 64)}
              lasso={lasso}
              onLasso={(caught) => {
                setChosen(new Set(caught));
                setLasso(false);
              }}
              onPick={(item) =>
                large.open(
                  items.map((_, i) => i),
                  item,
                )
              }
              drawn={drawn}
              onKind={setKind}
              label={`Map of ${items.length} images. Arrow keys move it, + and − zoom, 0 shows all, Space chooses those in sight, Enter opens the image in the middle.`}
              fit={fit}
            />
          )}
          <ul class="legend" aria-label="Colors">
            {categories.map(({ name, color, count }) => (
              <li key={name} class="method">
                <svg class="dot" viewBox="0 0 12 12" aria-hidden="true">
                  <circle cx="6" cy="6" r="5.5" fill={color} />
                </svg>
                {name} <span class="quiet">{count}</span>
              </li>
            ))}
          </ul>
          <p class="quiet small">
            Drag to move, scroll to zoom (images appear), click to open an image, Shift and drag to draw
            around some.
            {kind === 'no-webgl' && ' This browser has no WebGL: points are drawn on a plain canvas.'}
            {kind === 'slow-webgl' &&
              ' WebGL has no graphics card here: points are drawn on a plain canvas, which is faster.'}
            {remarks}
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
                images={list.map((item) => ({ id: items[item]!.id }))}
                onClear={() => setChosen(new Set())}
                run={run}
              />
              <div class="tiles">
                {list.slice(0, mostDrawn).map((item) => (
                  <Tile
                    key={item}
                    src={image(item, 96)}
                    caption={items[item]!.caption}
                    title={`${items[item]!.id}: ${items[item]!.caption}`}
                    onClick={() => large.open(list, item)}
                  />
                ))}
              </div>
            </>
          )}
        </section>
      </div>
      {large.lightbox}
    </>
  );
}

/** Chosen images, in the address as '3.14.15' where they are not very many. */
function useChosen(items: number): [ReadonlySet<number>, (chosen: ReadonlySet<number>) => void] {
  const [text, setText] = useParam('chosen');
  const [many, setMany] = useState<ReadonlySet<number> | null>(null);
  const named = useMemo(() => {
    const places = text.split('.').filter(Boolean).map(Number);
    return new Set(places.filter((place) => Number.isInteger(place) && place >= 0 && place < items));
  }, [text, items]);
  return [
    many ?? named,
    (chosen) => {
      const fits = chosen.size <= mostInAddress;
      setMany(fits ? null : chosen);
      setText(fits ? [...chosen].join('.') : '');
    },
  ];
}
