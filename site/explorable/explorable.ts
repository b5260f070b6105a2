// The explorable's page: choose a method, move τ_s, change captions, drag images on a circle, and see what is pulled.
import { Circle } from './circle.js';
import { element, heat } from './dom.js';
import {
  type Batch,
  byImage,
  effectivePositives,
  floor,
  loss,
  type Method,
  type Places,
  predictions,
  step,
  targets,
} from './model.js';

/** What make-similarities.mjs writes. */
export interface Vocabulary {
  readonly captions: readonly string[];
  readonly labels: readonly string[];
  /** By text encoder: cosines of all pairs of captions. */
  readonly similarities: Readonly<Record<'wordnet' | 'minilm', readonly (readonly number[])[]>>;
}

type EncoderName = keyof Vocabulary['similarities'];

interface State {
  method: Method;
  encoder: EncoderName;
  /** τ_s */
  target: number;
  /** τ */
  loss: number;
  /** Places in the vocabulary, one for each image. */
  chosen: number[];
  places: Places;
  /** The image whose row is looked at. */
  anchor: number;
}

const methodTexts: Readonly<Record<Method, readonly [name: string, note: string]>> = {
  xclr: ['X-CLR', 'Each image is pulled towards all others, the more the more similar their captions are.'],
  supcon: [
    'SupCon',
    'Each image is pulled towards images with the same label. All others are equally different.',
  ],
  simclr: ['SimCLR', 'Each image is pulled towards the other view of itself only. Captions play no role.'],
  clip: [
    'CLIP',
    'Each image is pulled towards its own caption (the squares), and pushed away from all others.',
  ],
};

/** Degrees at the beginning, of images and of captions: nothing is where it belongs. */
const beginning = {
  images: [20, 200, 110, 290, 65, 245],
  captions: [155, 335, 250, 40, 185, 95],
} as const;

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const percent = (p: number) => (p >= 0.995 ? '100' : p < 0.005 ? '0' : String(Math.round(100 * p)));

/** Sliders move in equal ratios. */
const sliders = {
  target: { name: 'τ_s, target temperature', low: 0.02, high: 1 },
  loss: { name: 'τ, temperature of the loss', low: 0.05, high: 1 },
} as const;

/** Builds the explorable within `host`; gives what removes it. */
export function mountExplorable(host: HTMLElement, vocabulary: Vocabulary): () => void {
  const state: State = {
    method: 'xclr',
    encoder: 'wordnet',
    target: 0.15,
    loss: 0.2,
    chosen: [
      'a tabby cat',
      'a Siamese cat',
      'a golden retriever',
      'a wolf',
      'a sports car',
      'a dump truck',
    ].map((caption) => vocabulary.captions.indexOf(caption)),
    places: startPlaces(),
    anchor: 0,
  };
  let timer: number | undefined;
  const n = state.chosen.length;
  const root = element('div', { class: 'xp' });

  const batch = (): Batch => ({
    similarities: state.chosen.map((i) =>
      state.chosen.map((j) => vocabulary.similarities[state.encoder][i]![j]!),
    ),
    labels: state.chosen.map((i) => vocabulary.labels[i]!),
  });
  const caption = (i: number) => vocabulary.captions[state.chosen[i]!]!;

  // Method and text encoder.
  const note = element('p', { class: 'xp-note' });
  const radios = (
    name: string,
    legend: string,
    entries: readonly (readonly [string, string])[],
    now: string,
  ) => {
    const box = element('fieldset', {}, element('legend', {}, legend));
    const row = element('div', { class: 'xp-methods' });
    for (const [value, text] of entries) {
      const input = element('input', {
        type: 'radio',
        name,
        value,
        ...(value === now ? { checked: '' } : {}),
      });
      row.append(element('label', {}, input, text));
    }
    box.append(row);
    return box;
  };
  const methodBox = radios(
    'xp-method',
    'Method',
    Object.entries(methodTexts).map(([key, [name]]) => [key, name] as const),
    state.method,
  );
  methodBox.append(note);
  methodBox.addEventListener('change', (event) => {
    state.method = (event.target as HTMLInputElement).value as Method;
    draw();
  });
  const encoderBox = radios(
    'xp-encoder',
    'Text encoder',
    [
      ['wordnet', 'WordNet'],
      ['minilm', 'all-MiniLM-L6-v2'],
    ],
    state.encoder,
  );
  encoderBox.append(
    element(
      'p',
      { class: 'xp-note' },
      'Where caption similarities come from: a dictionary, or a sentence transformer.',
    ),
  );
  encoderBox.addEventListener('change', (event) => {
    state.encoder = (event.target as HTMLInputElement).value as EncoderName;
    draw();
  });

  // Temperatures.
  const sliderOf = (key: keyof typeof sliders) => {
    const { name, low, high } = sliders[key];
    const position = (value: number) => (100 * Math.log(value / low)) / Math.log(high / low);
    const id = `xp-${key}`;
    const output = element('output', { for: id }, state[key].toFixed(2));
    const input = element('input', {
      id,
      type: 'range',
      min: '0',
      max: '100',
      step: '0.5',
      value: String(position(state[key])),
    });
    const tell = () => input.setAttribute('aria-valuetext', state[key].toFixed(3));
    tell();
    input.addEventListener('input', () => {
      state[key] = low * (high / low) ** (Number(input.value) / 100);
      output.textContent = state[key].toFixed(state[key] < 0.1 ? 3 : 2);
      tell();
      draw();
    });
    return element('div', { class: 'xp-slider' }, element('label', { for: id }, name), output, input);
  };
  const temperatures = element('div', { class: 'xp-card xp-two' }, sliderOf('target'), sliderOf('loss'));

  // The targets.
  const cells: HTMLElement[][] = [];
  const heads: HTMLElement[] = [];
  const body = element('tbody', {});
  for (let i = 0; i < n; i++) {
    const select = element('select', { 'aria-label': `Caption of image ${i + 1}` });
    vocabulary.captions.forEach((text, k) => {
      const chosen = k === state.chosen[i] ? { selected: '' } : {};
      select.append(element('option', { value: String(k), ...chosen }, text));
    });
    select.addEventListener('change', () => {
      state.chosen[i] = Number(select.value);
      state.anchor = i;
      draw();
    });
    const row = element('tr', {}, element('th', { scope: 'row' }, select));
    row.addEventListener('pointerenter', () => look(i));
    row.addEventListener('focusin', () => look(i));
    cells.push(
      Array.from({ length: n }, () => {
        const cell = element('td', {});
        row.append(cell);
        return cell;
      }),
    );
    body.append(row);
  }
  const headRow = element('tr', {}, element('th', { class: 'xp-corner', scope: 'col' }, 'image'));
  for (let i = 0; i < n; i++) {
    const head = element('th', { scope: 'col' });
    heads.push(head);
    headRow.append(head);
  }
  const tableTitle = element('h3', { class: 'xp-title' });
  const table = element(
    'div',
    { class: 'xp-card' },
    tableTitle,
    element('p', { class: 'xp-note' }, 'Percent of a row. Change a caption, and its row and column change.'),
    element(
      'div',
      { class: 'xp-scroll', tabindex: '0', role: 'region', 'aria-label': 'Targets' },
      element('table', {}, element('thead', {}, headRow), body),
    ),
  );

  // The circle.
  const circle = new Circle(n, {
    turn: (kind, i, angle) => {
      stop();
      state.places = {
        ...state.places,
        [kind]: state.places[kind].map((one, k) => (k === i ? angle : one)),
      };
      draw();
    },
    look: (i) => look(i),
  });
  const numbers = {
    loss: element('dd', {}),
    floor: element('dd', {}),
    positives: element('dd', {}),
    own: element('dd', {}),
  };
  const ownName = element('dt', {});
  const train = element('button', { type: 'button', class: 'xp-main' }, 'Train');
  train.addEventListener('click', () => (timer === undefined ? start() : stop()));
  const again = element('button', { type: 'button' }, 'Start again');
  again.addEventListener('click', () => {
    stop();
    state.places = startPlaces();
    draw();
  });
  const drawing = element(
    'div',
    { class: 'xp-card' },
    element('h3', { class: 'xp-title' }, 'What is pulled where'),
    element(
      'p',
      { class: 'xp-note' },
      'The encoder has put each image on a circle. Drag one, or move to it with Tab and turn it with the arrow keys.',
    ),
    circle.svg,
    element(
      'p',
      { class: 'xp-key' },
      element('span', {}, circle.key('xp-pull'), 'pulled together'),
      element('span', {}, circle.key('xp-push'), 'pushed apart'),
    ),
    element('div', { class: 'xp-buttons' }, train, again),
    element(
      'dl',
      { class: 'xp-numbers' },
      element('div', {}, element('dt', {}, 'loss now'), numbers.loss),
      element('div', {}, element('dt', {}, 'lowest possible loss'), numbers.floor),
      element('div', {}, element('dt', {}, 'effective positives'), numbers.positives),
      element('div', {}, ownName, numbers.own),
    ),
  );

  root.append(
    element('div', { class: 'xp-two' }, methodBox, encoderBox),
    temperatures,
    element('div', { class: 'xp-two' }, table, drawing),
  );
  host.replaceChildren(root);
  draw();

  function look(i: number): void {
    if (state.anchor === i) return;
    state.anchor = i;
    draw();
  }

  function start(): void {
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (still) {
      for (let k = 0; k < 400; k++) learn();
      draw();
      return;
    }
    train.textContent = 'Pause';
    let left = 400;
    const tick = () => {
      learn();
      learn();
      left -= 2;
      draw();
      if (left > 0) timer = requestAnimationFrame(tick);
      else stop();
    };
    timer = requestAnimationFrame(tick);
  }

  function learn(): void {
    state.places = step(state.method, batch(), state.places, state, 0.25);
  }

  function stop(): void {
    if (timer !== undefined) cancelAnimationFrame(timer);
    timer = undefined;
    train.textContent = 'Train';
  }

  function draw(): void {
    const now = batch();
    const goal = byImage(targets(state.method, now, state.target), n);
    const found = byImage(predictions(state.method, state.places, state.loss), n);
    const isClip = state.method === 'clip';
    note.textContent = methodTexts[state.method][1];
    tableTitle.textContent = isClip
      ? 'Targets: how much each image should match each caption'
      : 'Targets: how much each image should be pulled to each';
    const tauS = temperatures.querySelector<HTMLInputElement>('#xp-target');
    if (tauS !== null) tauS.disabled = state.method !== 'xclr';
    goal.forEach((row, i) => {
      heads[i]!.textContent = caption(i);
      row.forEach((p, j) => {
        heat(cells[i]![j]!, p, percent(p));
      });
    });
    circle.draw({
      places: state.places,
      names: state.chosen.map((_, i) => caption(i)),
      anchor: state.anchor,
      forces: goal[state.anchor]!.map((p, j) => p - found[state.anchor]![j]!),
      captionsToo: isClip,
    });
    numbers.loss.textContent = loss(state.method, now, state.places, state).toFixed(3);
    numbers.floor.textContent = floor(state.method, now, state.target).toFixed(3);
    const row = targets(state.method, now, state.target)[state.anchor]!;
    numbers.positives.textContent = effectivePositives(row).toFixed(1);
    ownName.textContent = isClip ? 'target on its own caption' : 'target on its own other view';
    numbers.own.textContent = `${percent(goal[state.anchor]![state.anchor]!)} %`;
  }

  return () => {
    stop();
    host.replaceChildren();
  };
}

function startPlaces(): Places {
  return { images: beginning.images.map(radians), captions: beginning.captions.map(radians) };
}
