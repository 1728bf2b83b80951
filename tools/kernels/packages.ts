import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Debian's names of the architectures that guests have. */
export type Architecture = 'amd64' | 'arm64';

/** Debian packages of other suites and architectures, without a change to the system's own apt. */
export class PackageView {
  readonly #folder: string;
  readonly #options: readonly string[];

  /** @param folder keeps lists, packages, and what is unpacked of them. */
  constructor(folder: string) {
    this.#folder = folder;
    const at = (...names: string[]): string => join(folder, 'apt', ...names);
    mkdirSync(at('lists', 'partial'), { recursive: true });
    mkdirSync(at('cache', 'archives', 'partial'), { recursive: true });
    const settings = {
      'Dir::Etc::SourceList': at('sources.list'),
      'Dir::Etc::SourceParts': '/dev/null',
      'Dir::State::Lists': at('lists'),
      'Dir::Cache': at('cache'),
      'APT::Architectures': 'amd64,arm64',
      'APT::Sandbox::User': 'root',
    };
    this.#options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    writeFileSync(at('sources.list'), sources(systemMirror()));
  }

  update(): void {
    execFileSync('apt-get', [...this.#options, '-qq', 'update'], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** The newest cloud kernel of a series, such as `6.1`. */
  newestKernel(series: string, architecture: Architecture): string {
    const names = execFileSync('apt-cache', [...this.#options, 'pkgnames', `linux-image-${series}.`], {
      encoding: 'utf8',
    });
    const wanted = names
      .split('\n')
      .filter((name) => name.endsWith(`-cloud-${architecture}`))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const newest = wanted.at(-1);
    if (newest === undefined) {
      throw new Error(`no cloud kernel ${series} for ${architecture} in the mirror of this system`);
    }
    return newest;
  }

  /** The folder with a package's files; both it and the package are kept. */
  unpack(name: string, architecture: Architecture): string {
    const target = join(this.#folder, 'unpacked', architecture, name);
    if (!existsSync(target)) {
      const part = `${target}.part`;
      rmSync(part, { recursive: true, force: true });
      mkdirSync(part, { recursive: true });
      execFileSync('dpkg-deb', ['-x', this.#download(name, architecture), part]);
      renameSync(part, target);
    }
    return target;
  }

  /** Unpacks a package into a root whose folders `/bin`, `/lib` and so on may be links. */
  extract(name: string, architecture: Architecture, root: string, leftOut: readonly string[]): void {
    const archive = this.#download(name, architecture);
    const files = execFileSync('dpkg-deb', ['--fsys-tarfile', archive], { maxBuffer: 1 << 29 });
    const exclude = leftOut.map((pattern) => `--exclude=${pattern}`);
    execFileSync('tar', ['-x', '--keep-directory-symlink', '--no-same-owner', ...exclude, '-C', root], {
      input: files,
    });
  }

  /** The package itself, which is kept. */
  #download(name: string, architecture: Architecture): string {
    const folder = join(this.#folder, 'packages', architecture, name);
    const [kept] = globSync('*.deb', { cwd: folder });
    if (kept !== undefined) {
      return join(folder, kept);
    }
    mkdirSync(folder, { recursive: true });
    execFileSync('apt-get', [...this.#options, '-qq', 'download', `${name}:${architecture}`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [archive] = globSync('*.deb', { cwd: folder });
    if (archive === undefined) {
      throw new Error(`apt-get downloaded no package ${name} for ${architecture}`);
    }
    return join(folder, archive);
  }
}

/** The folder of an npm package, whatever architecture it is for. */
export function unpackNpm(folder: string, name: string, version: string): string {
  const target = join(folder, 'unpacked', 'npm', `${basename(name)}-${version}`);
  if (!existsSync(target)) {
    const part = `${target}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    const options = { cwd: part, stdio: 'ignore' } as const;
    execFileSync('npm', ['pack', '--silent', `${name}@${version}`], options);
    const [archive] = globSync('*.tgz', { cwd: part });
    execFileSync('tar', ['-xzf', archive ?? '', '--strip-components=1'], options);
    renameSync(part, target);
  }
  return target;
}

/** The version of an installed npm package. */
export function installedVersion(root: string, name: string): string {
  const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Where this system has its packages from. */
function systemMirror(): string {
  const sites = execFileSync('apt-get', ['indextargets', '--format', '$(SITE)'], { encoding: 'utf8' });
  const mirror = sites.split('\n').find((site) => /\/debian\/?$/.test(site));
  if (mirror === undefined) {
    throw new Error('the kernels come from a Debian mirror, and apt of this system names none');
  }
  return mirror.replace(/\/$/, '');
}

function sources(mirror: string): string {
  const suites = [
    `${mirror} bookworm`,
    `${mirror}-security bookworm-security`,
    `${mirror} bookworm-backports`,
    `${mirror} bullseye`,
  ];
  return suites.map((suite) => `deb ${suite} main\n`).join('');
}
