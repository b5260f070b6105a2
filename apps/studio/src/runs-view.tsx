// Runs: the table, and of those that are chosen curves, settings, notices.

import { setParams, useList, useParam } from './address.js';
import { lineStyles } from './colors.js';
import { Curves } from './curves.js';
import type { Live } from './live.js';
import { Notices } from './notices.js';
import { RunsTable } from './runs-table.js';
import { Settings } from './settings.js';

const parts = ['curves', 'settings', 'notices'] as const;

/** Runs that are shown until others are chosen. */
const shownAtFirst = 5;

export function RunsView({ live, dark }: { readonly live: Live; readonly dark: boolean }) {
  const [asked] = useList('runs');
  const [part, setPart] = useParam('part', 'curves');
  const { runs } = live;
  const none = asked.length === 1 && asked[0] === 'none';
  const newest = [...runs].sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
  const usual = newest.filter(({ rows, last }) => rows > 0 || last.step !== undefined).slice(0, shownAtFirst);
  const chosen = none ? [] : asked.length === 0 ? usual.map(({ id }) => id) : asked;
  const chosenRuns = runs.filter(({ id }) => chosen.includes(id));
  const styles = lineStyles(chosenRuns);
  return (
    <>
      <RunsTable
        runs={runs}
        chosen={chosen}
        styles={styles}
        onChoose={(ids) => setParams({ runs: ids.length === 0 ? 'none' : ids.join() })}
      />
      <div class="tabs" role="tablist" aria-label="Of the chosen runs">
        {parts.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={part === one}
            aria-controls="part"
            tabindex={part === one ? 0 : -1}
            onClick={() => setPart(one)}
            onKeyDown={(event) => {
              const move = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              if (move === 0) return;
              const next = parts[(parts.indexOf(one) + move + parts.length) % parts.length]!;
              setPart(next);
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {one[0]!.toUpperCase() + one.slice(1)}
          </button>
        ))}
      </div>
      <div id="part" role="tabpanel" aria-labelledby={`tab-${part}`}>
        {part === 'settings' ? (
          <Settings runs={chosenRuns} />
        ) : part === 'notices' ? (
          <Notices runs={chosenRuns} />
        ) : (
          <Curves runs={chosenRuns} metrics={live.metrics} styles={styles} dark={dark} />
        )}
      </div>
    </>
  );
}
