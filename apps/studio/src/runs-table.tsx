// The table of runs: filter, sort, group, columns by choice, notes and tags.
import { useState } from 'preact/hooks';
import type { RunSummary } from '../../../packages/xclr/src/studio/wire.js';
import { useList, useParam } from './address.js';
import { filtered, grouped, sorted } from './choose-runs.js';
import type { LineStyle } from './colors.js';
import { type Column, cellOf, columnsOf, usualColumns } from './columns.js';
import { NoteEditor } from './note-editor.js';
import { Swatch } from './swatch.js';

export interface RunsTableProps {
  readonly runs: readonly RunSummary[];
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
  readonly styles: ReadonlyMap<string, LineStyle>;
}

export function RunsTable({ runs, chosen, onChoose, styles }: RunsTableProps) {
  const [filter, setFilter] = useParam('filter');
  const [sort, setSort] = useParam('sort', '-created');
  const [group, setGroup] = useParam('group');
  const [asked, setColumns] = useList('columns');
  const [edited, setEdited] = useState<string | null>(null);
  const all = columnsOf(runs);
  const usual = [
    ...usualColumns.slice(0, -1),
    ...all
      .filter(({ key }) => key.startsWith('m.'))
      .slice(0, 3)
      .map(({ key }) => key),
    'tags',
  ];
  const keys = asked.length === 0 ? usual : asked;
  const columns = all.filter(({ key }) => keys.includes(key));
  const shown = sorted(filtered(runs, filter, all), sort, all);
  const groups = grouped(
    shown,
    all.find(({ key }) => key === group),
  );
  const shownIds = shown.map(({ id }) => id);
  const allChosen = shownIds.length > 0 && shownIds.every((id) => chosen.includes(id));
  const toggle = (id: string) =>
    onChoose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const toggleAll = () =>
    onChoose(
      allChosen ? chosen.filter((id) => !shownIds.includes(id)) : [...new Set([...chosen, ...shownIds])],
    );
  return (
    <section aria-label="Runs">
      <div class="tools">
        <label class="grow">
          Filter
          <input
            id="filter"
            type="search"
            value={filter}
            placeholder="xclr state:running best<4.2"
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <label>
          Group by
          <select value={group} onChange={(event) => setGroup(event.currentTarget.value)}>
            <option value="">nothing</option>
            {all
              .filter(({ number, key }) => number !== true || key === 'seed')
              .map(({ key, title }) => (
                <option key={key} value={key}>
                  {title}
                </option>
              ))}
          </select>
        </label>
        <ColumnChooser all={all} keys={keys} onChange={setColumns} />
        <span class="quiet" role="status">
          {shown.length === runs.length ? `${runs.length} runs` : `${shown.length} of ${runs.length} runs`}
          {chosen.length > 0 && `, ${chosen.length} chosen`}
        </span>
      </div>
      <section class="scroll runs" tabindex={0} aria-label="Table of runs">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <input
                  type="checkbox"
                  aria-label="Choose all runs that are shown"
                  checked={allChosen}
                  onChange={toggleAll}
                />
              </th>
              <SortHead title="Run" id="name" sort={sort} onSort={setSort} />
              {columns.map((column) => (
                <SortHead
                  key={column.key}
                  title={column.title}
                  id={column.key}
                  sort={sort}
                  onSort={setSort}
                  number={column.number === true}
                />
              ))}
              <th scope="col">
                <span class="hidden">Notes</span>
              </th>
            </tr>
          </thead>
          {groups.map(({ name, runs: list }) => (
            <tbody key={name}>
              {name !== '' && (
                <tr class="group">
                  <th scope="rowgroup" colSpan={columns.length + 3}>
                    {name} <span class="quiet">{list.length}</span>
                  </th>
                </tr>
              )}
              {list.map((run) => [
                <tr key={run.id} class={chosen.includes(run.id) ? 'chosen' : ''}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Choose ${run.name}`}
                      checked={chosen.includes(run.id)}
                      onChange={() => toggle(run.id)}
                    />
                  </td>
                  <th scope="row" title={run.path}>
                    <span class="method">
                      {chosen.includes(run.id) && <Swatch style={styles.get(run.id)} />}
                      {run.name}
                    </span>
                    {run.problem !== null && <span class="explanation">{run.problem}</span>}
                  </th>
                  {columns.map((column) => (
                    <td key={column.key} class={column.number === true ? 'number' : ''}>
                      {cellOf(column, run)}
                    </td>
                  ))}
                  <td>
                    <button
                      type="button"
                      class="plain"
                      aria-label={`Notes and tags of ${run.name}`}
                      title={run.note === '' ? 'Add a note or tags' : run.note}
                      aria-expanded={edited === run.id}
                      onClick={() => setEdited(edited === run.id ? null : run.id)}
                    >
                      {run.note === '' ? '✎' : '🗎'}
                    </button>
                  </td>
                </tr>,
                edited === run.id && (
                  <tr key={`${run.id} note`}>
                    <td colSpan={columns.length + 3}>
                      <NoteEditor run={run} onClose={() => setEdited(null)} />
                    </td>
                  </tr>
                ),
              ])}
            </tbody>
          ))}
        </table>
        {shown.length === 0 && (
          <p class="quiet">{runs.length === 0 ? 'No run was found yet.' : 'No run passes this filter.'}</p>
        )}
      </section>
    </section>
  );
}

interface SortHeadProps {
  readonly title: string;
  readonly id: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly number?: boolean;
}

function SortHead({ title, id, sort, onSort, number = false }: SortHeadProps) {
  const direction = sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : 'none';
  return (
    <th scope="col" aria-sort={direction} class={number ? 'number' : ''}>
      <button type="button" class="head" onClick={() => onSort(sort === id ? `-${id}` : id)}>
        {title}
        <span aria-hidden="true">
          {direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : ''}
        </span>
      </button>
    </th>
  );
}

interface ColumnChooserProps {
  readonly all: readonly Column[];
  readonly keys: readonly string[];
  readonly onChange: (keys: readonly string[]) => void;
}

function ColumnChooser({ all, keys, onChange }: ColumnChooserProps) {
  const toggle = (key: string) =>
    onChange(keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]);
  return (
    <details class="menu">
      <summary>Columns</summary>
      <fieldset>
        <legend class="hidden">Columns of the table</legend>
        {all.map(({ key, title }) => (
          <label key={key}>
            <input type="checkbox" checked={keys.includes(key)} onChange={() => toggle(key)} /> {title}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
