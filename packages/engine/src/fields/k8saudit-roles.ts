import { defineFields } from '../field.ts';
import { followKeys } from '../lib/json-pointer.ts';
import { jsonItems, jsonMember, type JsonNode, jsonText } from '../lib/json-text.ts';
import {
  auditField,
  auditIndexedField,
  auditKeyedField,
  auditListField,
  auditSource,
  type ReadAudit,
  textAt,
  textsAt,
} from '../lib/k8s-audit.ts';
import { ruleTexts } from '../lib/k8s-role.ts';

const subjects = 'ka.req.binding.subjects';
const rules = 'ka.req.role.rules';

export const fieldClass = defineFields({
  id: 'k8saudit-roles',
  className: 'k8saudit',
  doc: 'The role or the role binding that a request to the Kubernetes API sends.',
  sources: [auditSource],
  fields: [
    auditListField(
      subjects,
      'Whom the binding gives its role, each as JSON.',
      textsAt('requestObject', 'subjects'),
    ),
    auditListField(
      `${subjects}.user_names`,
      'Users whom the binding gives its role.',
      subjectNames('User', plainName),
    ),
    auditListField(
      `${subjects}.serviceaccount_names`,
      'Service accounts whom the binding gives its role, without their namespaces.',
      subjectNames('ServiceAccount', plainName),
    ),
    auditListField(
      `${subjects}.serviceaccount_ns_names`,
      'Service accounts whom the binding gives its role, as namespace:name.',
      subjectNames('ServiceAccount', namespacedName),
    ),
    auditListField(
      `${subjects}.group_names`,
      'Groups whom the binding gives its role.',
      subjectNames('Group', plainName),
    ),
    auditField(
      'ka.req.binding.role',
      'Name of the role that the binding gives.',
      textAt('requestObject', 'roleRef', 'name'),
    ),
    // Kept for old rules: what it once told is now asked of the lists of names.
    auditKeyedField(
      'ka.req.binding.subject.has_name',
      'Always true; compare with the names of the subjects instead.',
      () => 'true',
    ),
    auditListField(rules, 'Rules of the role, each as JSON.', textsAt('requestObject', 'rules')),
    auditIndexedField(
      `${rules}.apiGroups`,
      'API groups that the rules of the role are about.',
      ruleTexts('apiGroups'),
    ),
    auditIndexedField(
      `${rules}.nonResourceURLs`,
      'Paths beside the objects that the rules of the role are about, such as /healthz.',
      ruleTexts('nonResourceURLs'),
    ),
    auditIndexedField(
      `${rules}.verbs`,
      'What the rules of the role allow to do; `*` is everything.',
      ruleTexts('verbs'),
    ),
    auditIndexedField(
      `${rules}.resources`,
      'Kinds of objects that the rules of the role are about.',
      ruleTexts('resources'),
    ),
  ],
});

type NameOf = (subject: JsonNode) => string | null;

function subjectNames(kind: string, nameOf: NameOf): ReadAudit {
  return function read(record) {
    const list = followKeys(record, ['requestObject', 'subjects']);
    if (list?.kind !== 'array') {
      return null;
    }
    return jsonItems(list)
      .filter((subject) => textOf(subject, 'kind') === kind)
      .map(nameOf)
      .filter((name) => name !== null);
  };
}

function plainName(subject: JsonNode): string | null {
  return textOf(subject, 'name');
}

function namespacedName(subject: JsonNode): string | null {
  const name = textOf(subject, 'name');
  const namespace = textOf(subject, 'namespace');
  return name === null || namespace === null ? null : `${namespace}:${name}`;
}

function textOf(subject: JsonNode, key: string): string | null {
  const value = jsonMember(subject, key);
  return value && jsonText(value);
}
