// The state of every view, kept in the address after '#': a link or a reload brings the same view back.
import { useEffect, useState } from 'preact/hooks';

export interface Address {
  readonly view: string;
  readonly params: URLSearchParams;
}

const listeners = new Set<() => void>();
/** What the views that were left had in the address: they come back as they were. */
const left = new Map<string, URLSearchParams>();
/** Parameters that belong to the images of one run. */
const ofRun = ['image', 'step', 'chosen'];
let current = read();

function read(): Address {
  const [path = '', query = ''] = window.location.hash.replace(/^#\/?/, '').split('?');
  return { view: path === '' ? 'runs' : path, params: new URLSearchParams(query) };
}

function written({ view, params }: Address): string {
  const query = params.toString();
  return `#/${view}${query === '' ? '' : `?${query}`}`;
}

window.addEventListener('hashchange', () => {
  left.set(current.view, current.params);
  current = read();
  for (const listener of listeners) listener();
});

function become(next: Address, { replace }: { readonly replace: boolean }): void {
  if (current.view !== next.view) left.set(current.view, current.params);
  current = next;
  const url = written(next);
  if (replace) window.history.replaceState(null, '', url);
  else window.history.pushState(null, '', url);
  for (const listener of listeners) listener();
}

/** A view as it was left; the runs that are chosen stay chosen. */
function leading(view: string): Address {
  const params = new URLSearchParams(view === current.view ? current.params : left.get(view));
  const run = current.params.get('run');
  // What was chosen of another run's images means nothing in this one's.
  if (run !== null && run !== params.get('run')) for (const name of ofRun) params.delete(name);
  for (const name of ['runs', 'run']) {
    const value = current.params.get(name);
    if (value !== null) params.set(name, value);
  }
  return { view, params };
}

/** Leads to a view as it was left, but for `params`. */
export function go(view: string, params: Readonly<Record<string, string>> = {}): void {
  const next = leading(view);
  for (const [name, value] of Object.entries(params)) next.params.set(name, value);
  become(next, { replace: view === current.view });
}

/** Where a link of the same kind as `go` leads. */
export const linkTo = (view: string): string => written(leading(view));

export function setParams(changes: Readonly<Record<string, string | null>>): void {
  const params = new URLSearchParams(current.params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(name);
    else params.set(name, value);
  }
  become({ view: current.view, params }, { replace: true });
}

export function useAddress(): Address {
  const [address, setAddress] = useState(current);
  useEffect(() => {
    const listener = () => setAddress(current);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return address;
}

/** One parameter of the address, and what sets it. The default is not written. */
export function useParam(name: string, byDefault = ''): [string, (value: string) => void] {
  const { params } = useAddress();
  const value = params.get(name) ?? byDefault;
  return [value, (next) => setParams({ [name]: next === byDefault ? null : next })];
}

/** A list in the address. */
export function useList(name: string): [readonly string[], (value: readonly string[]) => void] {
  const [text, setText] = useParam(name);
  return [text === '' ? [] : text.split(','), (list) => setText(list.join(','))];
}
