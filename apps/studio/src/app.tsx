// The studio's page: its views, and what they have in common.
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { go, linkTo, useAddress } from './address.js';
import { AuditView } from './audit-view.js';
import { CompareView } from './compare-view.js';
import { type Live, useLive } from './live.js';
import { MapView } from './map-view.js';
import { NeighborsView } from './neighbors-view.js';
import { PlotView } from './plot-view.js';
import { RunsView } from './runs-view.js';
import { SearchView } from './search-view.js';
import { type Theme, useTheme } from './theme.js';

export interface ViewProps {
  readonly live: Live;
  readonly dark: boolean;
}

const views: readonly {
  readonly key: string;
  readonly title: string;
  readonly view: ComponentType<ViewProps>;
}[] = [
  { key: 'runs', title: 'Runs', view: RunsView },
  { key: 'neighbors', title: 'Graph and encoder', view: NeighborsView },
  { key: 'map', title: 'Map', view: MapView },
  { key: 'compare', title: 'Compare', view: CompareView },
  { key: 'audit', title: 'Audit', view: AuditView },
  { key: 'search', title: 'Search', view: SearchView },
  { key: 'plot', title: 'Settings and measures', view: PlotView },
];

export function App() {
  const live = useLive();
  const [theme, setTheme, dark] = useTheme();
  const { view } = useAddress();
  const shown = views.find(({ key }) => key === view) ?? views[0]!;
  useEffect(() => {
    document.title = `${shown.title} – xclr studio`;
  }, [shown.title]);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => shortcut(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
  const { view: View } = shown;
  return (
    <>
      <button type="button" class="skip" onClick={focusMain}>
        Skip to the content
      </button>
      <header class="top">
        <h1>xclr studio</h1>
        <nav aria-label="Views">
          {views.map(({ key, title }) => (
            <a
              key={key}
              href={linkTo(key)}
              aria-current={shown.key === key ? 'page' : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey) return;
                event.preventDefault();
                go(key);
              }}
            >
              {title}
            </a>
          ))}
        </nav>
        <span class="status" role="status">
          {live.connected ? '' : 'The studio does not answer: is it still running?'}
        </span>
        <label class="theme">
          <span class="hidden">Colors</span>
          <select value={theme} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
            <option value="system">as the system</option>
            <option value="light">light</option>
            <option value="dark">dark</option>
          </select>
        </label>
      </header>
      <main id="main" tabindex={-1}>
        {live.problem !== null && <p class="problem">{live.problem}</p>}
        {live.loaded ? <View live={live} dark={dark} /> : <p class="quiet">Reading …</p>}
        {live.others.map(({ path, problem }) => (
          <p key={path} class="problem">
            <code>{path}</code>: {problem}
          </p>
        ))}
      </main>
    </>
  );
}

function focusMain(): void {
  document.getElementById('main')?.focus();
}

/** 1, 2, 3 … lead to the views; / to the filter. */
function shortcut(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest('input, select, textarea') !== null) return;
  const next = views[Number(event.key) - 1];
  if (/^[1-9]$/.test(event.key) && next !== undefined) go(next.key);
  const filter = document.getElementById('filter');
  if (event.key === '/' && filter !== null) {
    event.preventDefault();
    filter.focus();
  }
}
