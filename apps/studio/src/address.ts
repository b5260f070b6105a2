// The state of every view, kept in the address after '#': a link or a reload brings the same view back.
import { useEffect, useState } from 'preact/hooks';

export interface Address {
  readonly view: string;
  readonly params: URLSearchParams;
}

const listeners = new Set<() => void>();
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
  current = read();
  for (const listener of listeners) listener();
});

function become(next: Address, { replace }: { readonly replace: boolean }): void {
  current = next;
  const url = written(next);
  if (replace) window.history.replaceState(null, '', url);
  else window.history.pushState(null, '', url);
  for (const listener of listeners) listener();
}

/** Leads to a view; the runs that are chosen stay chosen. */
export function go(view: string, params: Readonly<Record<string, string>> = {}): void {
  const kept = new URLSearchParams();
  for (const name of ['runs', 'run']) {
    const value = current.params.get(name);
    if (value !== null) kept.set(name, value);
  }
  for (const [name, value] of Object.entries(params)) kept.set(name, value);
  become({ view, params: kept }, { replace: false });
}

/** Where a link of the same kind as `go` leads. */
export function linkTo(view: string): string {
  const runs = current.params.get('runs');
  return written({ view, params: new URLSearchParams(runs === null ? {} : { runs }) });
}

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
