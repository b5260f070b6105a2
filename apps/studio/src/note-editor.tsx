// Notes and tags of a run, kept beside the studio and never in the run folder.
import { useState } from 'preact/hooks';
import type { RunSummary } from '../../../packages/xclr/src/studio/wire.js';
import { send } from './server.js';

export function NoteEditor({ run, onClose }: { readonly run: RunSummary; readonly onClose: () => void }) {
  const [tags, setTags] = useState(run.tags.join(', '));
  const [note, setNote] = useState(run.note);
  const [problem, setProblem] = useState('');
  const save = async (event: Event) => {
    event.preventDefault();
    const list = tags
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean);
    try {
      await send('PUT', '/api/notes', { run: run.id, tags: [...new Set(list)], note });
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form
      class="card popup"
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <label>
        Tags, separated by commas
        <input value={tags} onInput={(event) => setTags(event.currentTarget.value)} />
      </label>
      <label>
        Note
        <textarea rows={4} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      {problem !== '' && <p class="problem">{problem}</p>}
      <button type="submit">Save</button>{' '}
      <button type="button" class="plain" onClick={onClose}>
        Cancel
      </button>
    </form>
  );
}
