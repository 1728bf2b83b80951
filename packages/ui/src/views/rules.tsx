import type { JSX } from 'preact';
import { place } from '../lib/place.ts';
import { RuleDetail } from './rule-detail.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { RuleList } from './rule-list.tsx';

/** Rules: all of them, one of them, or the own ones in an editor, as the address says. */
export function Rules(): JSX.Element {
  const { query } = place.value;
  const rule = query.get('rule') ?? '';
  if (query.get('edit') === '1') {
    return <RuleEditor key={rule} rule={rule} />;
  }
  return rule === '' ? <RuleList /> : <RuleDetail key={rule} name={rule} />;
}
