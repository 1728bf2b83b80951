import { changeLines } from '../formats/dpkg/dpkg.fuzz.ts';
import { type FuzzReport, fuzzParser } from '../testkit/fuzz.ts';
import { packageOfUrl, parsePackageUrl, printPackageUrl } from './index.ts';

/** Damaged package URLs: what is read is printed to a text that is read as the same. */
export function fuzzPackageUrls(inputs: number, seed: number): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: samples.map((text) => Buffer.from(text)),
    maxReads: 2,
    change: changeLines,
    read(source) {
      const url = parsePackageUrl(source.read(0, source.size).toString('utf8'));
      const printed = printPackageUrl(url);
      const again = printPackageUrl(parsePackageUrl(printed));
      if (again !== printed) {
        throw new Error(`${printed} becomes ${again}`);
      }
      return packageOfUrl(url);
    },
  });
}

const samples = [
  'pkg:npm/%40angular/core@16.0.0',
  'pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12.5&epoch=1',
  'pkg:golang/google.golang.org/genproto@v0.0.0-20240101?type=module#googleapis/api/annotations',
  'pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?classifier=sources&repository_url=repo.example.org%2Frelease',
  'pkg:oci/app@sha256%3A244fd47e07d1004f0aed9c?repository_url=ghcr.io%2Fexample&tag=latest',
  'pkg:rpm/redhat/openssl@3.0.7-2.el9?arch=x86_64&epoch=1&modularitylabel=nodejs:16:8060:1',
  'pkg:huggingface/microsoft/deberta-v3-base@559062ad13d311b87b2c455e67dcd5f1c8f65111',
  'PKG:PyPI/Django_Package@1.11.1.dev1',
];
