import { defineFields, type FieldArgument } from '../field.ts';
import { followKeys } from '../lib/json-pointer.ts';
import { type JsonNode, jsonString, jsonText } from '../lib/json-text.ts';
import {
  auditField,
  auditIndexedField,
  auditKeyedField,
  auditListField,
  auditSource,
  textAt,
  textsAt,
} from '../lib/k8s-audit.ts';
import { ruleTexts } from '../lib/k8s-role.ts';
import { queryParameter } from '../lib/request-uri.ts';

export const fieldClass = defineFields({
  id: 'k8saudit',
  doc: 'A request to the Kubernetes API, as the audit log tells it: who asked for what, and the answer.',
  sources: [auditSource],
  fields: [
    auditField(
      'ka.auditid',
      'Id of the request; its audit records of all stages share it.',
      textAt('auditID'),
    ),
    auditField(
      'ka.stage',
      'How far the request had come: RequestReceived, ResponseStarted, ResponseComplete or Panic.',
      textAt('stage'),
    ),
    auditField(
      'ka.auth.decision',
      'Whether the request was authorized: allow or forbid.',
      annotation('authorization.k8s.io/decision'),
    ),
    auditField(
      'ka.auth.reason',
      'Why the request was authorized or not, such as the role binding that allows it.',
      annotation('authorization.k8s.io/reason'),
    ),
    auditField(
      'ka.auth.openshift.decision',
      'Whether OpenShift accepted the credentials.',
      annotation('authentication.openshift.io/decision'),
    ),
    auditField(
      'ka.auth.openshift.username',
      'Name of the user who signs in to OpenShift.',
      annotation('authentication.openshift.io/username'),
    ),
    auditField(
      'ka.validations.admission.policy.failure',
      'What a validating admission policy objected to, as JSON.',
      annotation('validation.policy.admission.k8s.io/validation_failure'),
    ),
    auditField(
      'ka.security.pod.violations',
      'How the pod breaks the pod security standard that the namespace audits.',
      annotation('pod-security.kubernetes.io/audit-violations'),
    ),
    auditField('ka.user.name', 'Name of the user or service account who asks.', textAt('user', 'username')),
    auditListField('ka.user.groups', 'Groups of the user who asks.', textsAt('user', 'groups')),
    auditField(
      'ka.impuser.name',
      'Name of the user in whose place the request is made; absent without impersonation.',
      textAt('impersonatedUser', 'username'),
    ),
    auditField(
      'ka.verb',
      'What is asked for: create, get, list, watch, update, patch, delete, deletecollection.',
      textAt('verb'),
    ),
    auditField('ka.uri', 'Path and query of the request.', textAt('requestURI')),
    auditKeyedField(
      'ka.uri.param',
      'Value of one parameter of the query, the first when there are several: `ka.uri.param[command]`.',
      uriParameter,
    ),
    auditField(
      'ka.target.name',
      'Name of the object that the request is about; absent while a name is generated.',
      textAt('objectRef', 'name'),
    ),
    auditField(
      'ka.target.namespace',
      'Namespace of the object that the request is about.',
      textAt('objectRef', 'namespace'),
    ),
    auditField(
      'ka.target.resource',
      'Kind of the object that the request is about, in the plural: pods.',
      textAt('objectRef', 'resource'),
    ),
    auditField(
      'ka.target.subresource',
      'Part of the object that the request is about, such as exec or log of a pod.',
      textAt('objectRef', 'subresource'),
    ),
    auditField(
      'ka.target.pod.name',
      'Name of the pod in the answer to a request about a pod itself.',
      targetPodName,
    ),
    auditField(
      'ka.resp.name',
      'Name of the object in the answer.',
      textAt('responseObject', 'metadata', 'name'),
    ),
    auditField('ka.response.code', 'HTTP status of the answer.', textAt('responseStatus', 'code')),
    auditField(
      'ka.response.reason',
      'Why the request failed, in one word; mostly absent when it did not.',
      textAt('responseStatus', 'reason'),
    ),
    auditField('ka.useragent', 'Program that made the request, as it calls itself.', textAt('userAgent')),
    // Falco looks among the rules of a role; rules that rely on this field see the same here.
    auditIndexedField(
      'ka.sourceips',
      'Member sourceIPs of the rules of a role; in practice never there, as in Falco. Use `json.value[/sourceIPs/0]` for the address of the client.',
      ruleTexts('sourceIPs'),
    ),
    auditField(
      'ka.cluster.name',
      'Name of the cluster, where something on the way has added it as an annotation.',
      annotation('cluster_name'),
    ),
  ],
});

function annotation(name: string): ReturnType<typeof textAt> {
  return textAt('annotations', name);
}

function uriParameter(record: JsonNode, name: FieldArgument): string | null {
  const uri = followKeys(record, ['requestURI']);
  return uri && queryParameter(jsonText(uri), String(name));
}

function targetPodName(record: JsonNode): string | null {
  const resource = followKeys(record, ['objectRef', 'resource']);
  const subresource = followKeys(record, ['objectRef', 'subresource']);
  const isPod = resource !== null && jsonString(resource) === 'pods';
  const isWhole = subresource === null || (jsonString(subresource) ?? '') === '';
  const name = isPod && isWhole ? followKeys(record, ['responseObject', 'metadata', 'name']) : null;
  return name && jsonText(name);
}
