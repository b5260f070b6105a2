// Settings of the chosen runs side by side, those that differ first and marked.
import { useMemo } from 'preact/hooks';
import type { RunSummary, SettingsAnswer, SettingValue } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { saveText } from './save.js';
import { useAnswer } from './server.js';

/** What always differs and says nothing. */
const own = new Set(['run', 'resume']);

export interface Compared {
  readonly name: string;
  readonly values: readonly (SettingValue | undefined)[];
  readonly differs: boolean;
}

/** Every setting of some runs, those that differ first. */
function comparedSettings(ids: readonly string[], settings: SettingsAnswer): readonly Compared[] {
  const names = [...new Set(ids.flatMap((id) => Object.keys(settings[id] ?? {})))].filter(
    (name) => !own.has(name),
  );
  const rows = names.map((name): Compared => {
    const values = ids.map((id) => settings[id]?.[name]);
    return { name, values, differs: values.some((value) => value !== values[0]) };
  });
  return rows.sort((a, b) => Number(b.differs) - Number(a.differs));
}

export function Settings({ runs }: { readonly runs: readonly RunSummary[] }) {
  const [everything, setEverything] = useParam('all');
  const { answer, problem } = useAnswer<SettingsAnswer>('/api/settings', {}, runs.length);
  const rows = useMemo(
    () =>
      answer === null
        ? []
        : comparedSettings(
            runs.map(({ id }) => id),
            answer,
          ),
    [answer, runs.map(({ id }) => id).join()],
  );
  if (runs.length === 0) return <p class="quiet">Choose runs in the table to see their settings.</p>;
  const shown = everything === '1' || runs.length === 1 ? rows : rows.filter(({ differs }) => differs);
  const csv = () => {
    const cell = (value: SettingValue | undefined) => `"${String(value ?? '').replace(/"/g, '""')}"`;
    const lines = [
      ['setting', ...runs.map(({ name }) => name)].map(cell).join(),
      ...shown.map(({ name, values }) => [name, ...values].map(cell).join()),
    ];
    saveText(`${lines.join('\n')}\n`, 'settings.csv', 'text/csv');
  };
  return (
    <section aria-label="Settings">
      <div class="tools">
        <label class="check">
          <input
            type="checkbox"
            checked={everything === '1'}
            onChange={(event) => setEverything(event.currentTarget.checked ? '1' : '')}
          />
          Show equal settings too
        </label>
        <button type="button" class="plain" onClick={csv}>
          CSV
        </button>
        <span class="quiet">
          {rows.filter(({ differs }) => differs).length} of {rows.length} settings differ
        </span>
      </div>
      {problem !== null && <p class="problem">{problem}</p>}
      <section class="scroll" tabindex={0} aria-label="Table of settings">
        <table>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              {runs.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, values, differs }) => (
              <tr key={name} class={differs ? 'differs' : ''}>
                <th scope="row">
                  {differs && runs.length > 1 && (
                    <span class="star" title="differs">
                      ≠
                    </span>
                  )}
                  <code>{name}</code>
                </th>
                {values.map((value, i) => (
                  <td key={runs[i]!.id}>
                    {value === undefined ? '–' : value === null ? 'not set' : String(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
