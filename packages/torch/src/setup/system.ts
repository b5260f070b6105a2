// Which system this is, as far as LibTorch and prebuilt addons depend on it.
import { existsSync, readFileSync } from 'node:fs';

export interface System {
  /** As Node names them: 'linux', 'darwin'; 'x64', 'arm64'. */
  readonly platform: string;
  readonly arch: string;
  /** The C library on Linux, else null. */
  readonly libc: 'glibc' | 'musl' | null;
  /** True where apt-get installs packages that are named as Debian's are. */
  readonly debian: boolean;
  /** For people: 'Debian GNU/Linux 12 (bookworm)'. */
  readonly name: string;
}

/** What `process.report` says; a parameter so that other systems can be tried. */
interface ReportHeader {
  readonly glibcVersionRuntime?: string;
}

export function thisSystem(): System {
  const release = readOsRelease('/etc/os-release');
  return {
    platform: process.platform,
    arch: process.arch,
    libc: process.platform === 'linux' ? libcOf(reportHeader()) : null,
    debian: isDebian(release) && existsSync('/usr/bin/apt-get'),
    name: release.get('PRETTY_NAME') ?? `${process.platform} ${process.arch}`,
  };
}

/** Node names the version of glibc that it runs on; on Alpine and other musl systems it names none. @internal */
export function libcOf(header: ReportHeader): 'glibc' | 'musl' {
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function reportHeader(): ReportHeader {
  const { report } = process as { report: NodeJS.ProcessReport & { excludeNetwork?: boolean } };
  report.excludeNetwork = true; // the names of all network peers are not needed, and can take seconds
  return (report.getReport() as { header: ReportHeader }).header;
}

/** Keys and values of an os-release file; empty where there is none. @internal */
export function readOsRelease(path: string): ReadonlyMap<string, string> {
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8').matchAll(/^([A-Z_]+)=(?:"(.*)"|(.*))$/gm);
  return new Map(Array.from(lines, ([, key, quoted, bare]) => [key!, quoted ?? bare ?? '']));
}

/** @internal */
export function isDebian(release: ReadonlyMap<string, string>): boolean {
  const ids = `${release.get('ID') ?? ''} ${release.get('ID_LIKE') ?? ''}`.split(' ');
  return ids.includes('debian') || ids.includes('ubuntu');
}

/** The npm package with prebuilt addons for this system, whether it exists or not: '@xclr/torch-linux-x64-gnu'. */
export function platformPackage({
  platform,
  arch,
  libc,
}: Pick<System, 'platform' | 'arch' | 'libc'>): string {
  const suffix = libc === null ? '' : libc === 'glibc' ? '-gnu' : '-musl';
  return `@xclr/torch-${platform}-${arch}${suffix}`;
}
