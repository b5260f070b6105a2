// Search: an image, words or an id over an index, and the answers of a second one beside them.
import { useEffect, useState } from 'preact/hooks';
import { decimal } from '../../../packages/xclr/src/report/format.js';
import type { IndexAnswer, SearchAnswer, SourceSummary } from '../../../packages/xclr/src/studio/wire.js';
import { setParams, useParam } from './address.js';
import { Choose } from './choose.js';
import { ChooseSource, useSource } from './choose-source.js';
import type { Live } from './live.js';
import { type Asked, ask, askWith, urlOf, useAnswer } from './server.js';
import { Tile } from './tile.js';
import { useLarge } from './use-large.js';

export function SearchView({ live }: { readonly live: Live }) {
  const { source, sources, choose } = useSource(live, 'index');
  const [otherText, setOther] = useParam('other-index');
  const [words] = useParam('words');
  const [id] = useParam('id');
  const [typed, setTyped] = useState(words === '' ? id : words);
  const [image, setImage] = useState<File | null>(null);
  if (source === undefined) {
    return (
      <div class="card">
        <p>
          No index was found. <code>xclr embed RUN DATA photos.parquet</code> and{' '}
          <code>xclr index build photos.index photos.parquet</code> make one; then start the studio with its
          folder: <code>xclr studio runs photos.index</code>.
        </p>
      </div>
    );
  }
  const other = sources.find((one) => one.id === otherText && one.id !== source.id);
  const query: SearchedFor | null =
    image !== null ? { image } : words !== '' ? { words } : id !== '' ? { id } : null;
  const find = (next: SearchedFor | null) => {
    setImage(next !== null && 'image' in next ? next.image : null);
    const [newWords, newId] = [
      next !== null && 'words' in next ? next.words : null,
      next !== null && 'id' in next ? next.id : null,
    ];
    setParams({ words: newWords, id: newId });
    if (newWords !== null || newId !== null) setTyped(newWords ?? newId ?? '');
  };
  return (
    <>
      <form
        class="tools"
        onSubmit={(event) => {
          event.preventDefault();
          find(typed === '' ? null : { words: typed });
        }}
      >
        <ChooseSource label="Index" source={source} sources={sources} choose={choose} />
        {sources.length > 1 && (
          <Choose
            label="Beside it"
            value={other?.id ?? ''}
            none="no other index"
            options={sources.filter((one) => one.id !== source.id)}
            onChoose={setOther}
          />
        )}
        <label class="grow">
          Words, or the id of an image
          <input
            id="filter"
            type="search"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="submit">By words</button>
        <button type="button" disabled={typed === ''} onClick={() => find({ id: typed })}>
          By id
        </button>
      </form>
      <DropImage image={image} onImage={(file) => find(file === null ? null : { image: file })} />
      {query === null ? (
        <p class="quiet">
          Search by words, by an id, or drop an image. A click on a result searches from there.
        </p>
      ) : (
        <div class={other === undefined ? '' : 'split'}>
          <Results key={source.id} source={source} query={query} onId={(next) => find({ id: next })} />
          {other !== undefined && (
            <Results key={other.id} source={other} query={query} onId={(next) => find({ id: next })} />
          )}
        </div>
      )}
    </>
  );
}

type SearchedFor = { readonly words: string } | { readonly id: string } | { readonly image: File };

interface DropImageProps {
  readonly image: File | null;
  readonly onImage: (image: File | null) => void;
}

/** Takes an image that is dropped, chosen or pasted. */
function DropImage({ image, onImage }: DropImageProps) {
  const [over, setOver] = useState(false);
  const [preview, setPreview] = useState('');
  useEffect(() => {
    if (image === null) {
      setPreview('');
      return;
    }
    const url = URL.createObjectURL(image);
    setPreview(url);
    return () => URL.revokeObjectURL(url);
  }, [image]);
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const file = event.clipboardData?.files[0];
      if (file !== undefined) onImage(file);
    };
    window.addEventListener('paste', pasted);
    return () => window.removeEventListener('paste', pasted);
  });
  return (
    <section
      class={`drop ${over ? 'over' : ''}`}
      aria-label="An image to search for"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file !== undefined) onImage(file);
      }}
    >
      {preview !== '' && <img src={preview} alt={`Searched for: ${image?.name ?? ''}`} />}
      <label>
        <span>Drop or paste an image here, or choose one: </span>
        <input
          type="file"
          accept="image/*"
          onChange={(event) => onImage(event.currentTarget.files?.[0] ?? null)}
        />
      </label>
      {image !== null && (
        <button type="button" class="plain" onClick={() => onImage(null)}>
          Without it
        </button>
      )}
    </section>
  );
}

interface ResultsProps {
  readonly source: SourceSummary;
  readonly query: SearchedFor;
  readonly onId: (id: string) => void;
}

function Results({ source, query, onId }: ResultsProps) {
  const facts = useAnswer<IndexAnswer>('/api/index', { source: source.id });
  const { answer, problem, waiting } = useFound(source.id, query);
  const thumbnail = (id: string, size: number) =>
    urlOf('/api/item/thumbnail', { source: source.id, id, size });
  const found = answer?.found ?? [];
  const large = useLarge(
    (place) => {
      const { id, caption, columns } = found[place]!;
      const more = Object.entries(columns).map(([name, value]) => `${name}: ${value}`);
      return { src: thumbnail(id, 768), title: id, text: [caption, ...more].join(' · ') };
    },
    { onNeighbors: (place) => onId(found[place]!.id) },
  );
  return (
    <section class="card" aria-label={`Found in ${source.name}`}>
      <h2>
        {source.name}{' '}
        {facts.answer !== null && (
          <span class="quiet small">
            {facts.answer.size} images by {facts.answer.encoder}
          </span>
        )}
      </h2>
      {problem !== null && <p class="problem">{problem}</p>}
      {waiting && <p class="quiet">Searching …</p>}
      <div class="tiles">
        {found.map(({ id, similarity, caption }, place) => (
          <Tile
            key={id}
            src={thumbnail(id, 96)}
            caption={caption === '' ? id : caption}
            title={`${id}: ${caption}`}
            number={decimal(similarity, 2)}
            onClick={() =>
              large.open(
                found.map((_, i) => i),
                place,
              )
            }
          />
        ))}
      </div>
      {large.lightbox}
    </section>
  );
}

function useFound(source: string, query: SearchedFor): Asked<SearchAnswer> {
  const [state, setState] = useState<Asked<SearchAnswer>>({ answer: null, problem: null, waiting: true });
  const image = 'image' in query ? query.image : null;
  const [words, id] = ['words' in query ? query.words : '', 'id' in query ? query.id : ''];
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setState((before) => ({ ...before, problem: null, waiting: true }));
    const asked =
      image !== null
        ? askWith<SearchAnswer>(urlOf('/api/search', { source }), image, signal)
        : ask<SearchAnswer>('/api/search', { source, ...(words !== '' ? { text: words } : { id }) }, signal);
    asked.then(
      (answer) => setState({ answer, problem: null, waiting: false }),
      (error: Error) => {
        if (!signal.aborted) setState({ answer: null, problem: error.message, waiting: false });
      },
    );
    return () => controller.abort();
  }, [source, image, words, id]);
  return state;
}
