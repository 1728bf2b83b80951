/** The forms of booleans that YAML 1.1 readers such as yaml-cpp take; null for any other text. */
export function readBoolean(text: string): boolean | null {
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) {
    return true;
  }
  return /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text) ? false : null;
}

/** A decimal, hexadecimal or octal number; null for any other text. */
export function readNumber(text: string): number | null {
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^0x[0-9a-fA-F]+$/.test(text)) {
    return null;
  }
  return Number(text);
}
