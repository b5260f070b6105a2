// Saves images as a list that training can leave out or take alone, and gives the command.
import { useState } from 'preact/hooks';
import type { SavedList, SettingsAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { send, useAnswer } from './server.js';

export interface SaveListProps {
  readonly images: readonly { readonly id: string; readonly reason?: string }[];
  readonly onClear?: () => void;
  /** Of the list, at first. */
  readonly name?: string;
  /** The run whose data the images belong to: the command names them. */
  readonly run?: string | undefined;
}

/** A path as a shell takes it. */
const quoted = (path: string) =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

export function SaveList({ images, onClear, name: given = 'chosen', run }: SaveListProps) {
  const [name, setName] = useState(given);
  const [saved, setSaved] = useState<SavedList | null>(null);
  const [problem, setProblem] = useState('');
  const save = async (event: Event, replace = false) => {
    event.preventDefault();
    try {
      setSaved(await send<SavedList>('POST', '/api/lists', { name, replace, images }));
      setProblem('');
    } catch (error) {
      setSaved(null);
      setProblem((error as Error).message);
    }
  };
  const settings = useAnswer<SettingsAnswer>(saved === null || run === undefined ? null : '/api/settings');
  const data = run === undefined ? undefined : settings.answer?.[run]?.['data.path'];
  const train = `xclr train ${typeof data === 'string' ? `--data ${quoted(data)}` : '…'}`;
  return (
    <form class="save-list" onSubmit={save}>
      <div class="tools">
        <label>
          Name of the list
          <input value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={images.length === 0}>
          Save {images.length}
        </button>
        {problem.includes('already') && (
          <button type="button" onClick={(event) => save(event, true)}>
            Replace it
          </button>
        )}
        {onClear !== undefined && (
          <button type="button" class="plain" onClick={onClear}>
            Clear
          </button>
        )}
      </div>
      {problem !== '' && <p class="problem">{problem}</p>}
      {saved !== null && (
        <p role="status">
          Saved {saved.images} images. Train without them:{' '}
          <code>
            {train} --data-exclude {quoted(saved.path)}
          </code>
          <br />
          Train on them alone:{' '}
          <code>
            {train} --data-only {quoted(`id=@${saved.path}`)}
          </code>
        </p>
      )}
    </form>
  );
}
