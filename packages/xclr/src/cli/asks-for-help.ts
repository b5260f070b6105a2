// Tells a call that only prints help or the version from one that does work.

const flags: readonly string[] = ['--help', '-h', '--version', '-V'];

/** True where the arguments after `xclr` ask for nothing but text that needs no LibTorch, no data and no other process. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.length === 0 || args[0] === 'help' || args.some((arg) => flags.includes(arg));
}
