// Whether node_modules is what `npm ci` makes of package-lock.json: exit code 0 when it is. CommonJS and plain, as it
// runs on whatever Node is there before the project's own is.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = process.argv[2] ?? join(__dirname, '..');

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages ?? {};
  } catch {
    // There is none, or npm was stopped while it wrote it.
    return null;
  }
}

/** What npm may leave out: packages for other systems and processors, and what only those need. */
function isForOthers({ optional, os, cpu, libc }) {
  const fits = (names, own) => names === undefined || [names].flat().includes(own);
  const isHere = fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, ownLibc());
  return optional === true && (!isHere || (os === undefined && cpu === undefined));
}

function ownLibc() {
  return process.report?.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

const wanted = packagesOf('package-lock.json');
const there = packagesOf('node_modules/.package-lock.json');
const isInstalled =
  wanted !== null &&
  there !== null &&
  Object.entries(wanted).every(([path, each]) => {
    // The root and the workspaces are no packages of the registry, and links have no digest.
    const [found, digest] = [there[path], each.integrity];
    return digest === undefined || (found === undefined ? isForOthers(each) : found.integrity === digest);
  });
process.exitCode = isInstalled ? 0 : 1;
