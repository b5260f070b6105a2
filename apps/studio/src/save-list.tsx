// Saves images as a list that training can leave out or take alone, and gives the command.
import { useState } from 'preact/hooks';
import type { SavedList } from '../../../packages/xclr/src/studio/wire.js';
import { send } from './server.js';

export interface SaveListProps {
  readonly images: readonly { readonly id: string; readonly reason?: string }[];
  readonly onClear?: () => void;
  /** Of the list, at first. */
  readonly name?: string;
}

export function SaveList({ images, onClear, name: given = 'chosen' }: SaveListProps) {
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
          Saved {saved.images} images. Leave them out: <code>xclr train … --data-exclude {saved.path}</code>
          <br />
          Take them alone: <code>xclr train … --data-only id=@{saved.path}</code>
        </p>
      )}
    </form>
  );
}
