// Which part of a long list is drawn: around the present item, and more where the reader scrolls to its end.
import { useEffect, useRef, useState } from 'preact/hooks';

export interface ListWindow {
  /** The first item that is drawn, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly earlier: () => void;
  readonly later: () => void;
}

const atOnce = 60;
/** Items that are kept before and after the present one. */
const around = 20;

/**
 * @param count items of the list
 * @param at the present item, which is always drawn
 * @param list changes when the list does: then drawing begins anew around `at`
 */
export function useWindow(count: number, at: number, list: string): ListWindow {
  const begun = (place: number) => ({
    from: Math.max(0, place - atOnce / 2),
    to: Math.max(0, place - atOnce / 2) + atOnce,
  });
  const [range, setRange] = useState(begun(at));
  const known = useRef(list);
  let { from, to } = range;
  if (known.current !== list || at < from || at >= to) ({ from, to } = begun(at));
  else {
    if (at < from + around) from = Math.max(0, at - around);
    if (at >= to - around) to = at + around + 1;
  }
  known.current = list;
  useEffect(() => {
    if (from !== range.from || to !== range.to) setRange({ from, to });
  });
  return {
    from,
    to: Math.min(count, to),
    earlier: () => setRange({ from: Math.max(0, from - atOnce), to }),
    later: () => setRange({ from, to: to + atOnce }),
  };
}
