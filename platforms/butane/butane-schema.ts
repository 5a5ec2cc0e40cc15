/**
 * The fields of the `flatcar` variant, as data.
 * Source: coreos.github.io/butane, "Flatcar Specification v1.0.0" and "v1.1.0".
 */

/** The versions of the variant that are understood. */
export type ButaneVersion = '1.0.0' | '1.1.0';

/** What a field holds. */
export type FieldType =
  /** `bytes` is text that may be any bytes, by YAML's `!!binary`. */
  | { readonly kind: 'string' | 'bytes' | 'int' | 'bool' }
  | { readonly kind: 'list'; readonly of: FieldType }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: Fields };

/** One field of a struct. */
export interface Field {
  readonly type: FieldType;
  /** A string that has no unset state: absent is empty. */
  readonly required?: boolean;
  /** The first version that has it. */
  readonly since?: ButaneVersion;
}

export type Fields = Readonly<Record<string, Field>>;

const text: Field = { type: { kind: 'string' } };
const int: Field = { type: { kind: 'int' } };
const bool: Field = { type: { kind: 'bool' } };
const required: Field = { ...text, required: true };
const texts = listOf(text.type);

function listOf(of: FieldType): Field {
  return { type: { kind: 'list', of } };
}

function struct(name: string, fields: Fields): Field {
  return { type: { kind: 'struct', name, fields } };
}

function structs(name: string, fields: Fields): Field {
  return listOf(struct(name, fields).type);
}

function since(version: ButaneVersion, field: Field): Field {
  return { ...field, since: version };
}

const resourceFields: Fields = {
  source: text,
  inline: { type: { kind: 'bytes' } },
  local: text,
  compression: text,
  http_headers: structs('HTTPHeader', { name: required, value: text }),
  verification: struct('Verification', { hash: text }),
};
const resource = struct('Resource', resourceFields);
const resources = structs('Resource', resourceFields);

const owner = { id: int, name: text };
const node = {
  path: required,
  overwrite: bool,
  user: struct('NodeUser', owner),
  group: struct('NodeGroup', owner),
};

const ignition = struct('Ignition', {
  config: struct('IgnitionConfig', { merge: resources, replace: resource }),
  proxy: struct('Proxy', { http_proxy: text, https_proxy: text, no_proxy: texts }),
  security: struct('Security', {
    tls: struct('TLS', { certificate_authorities: resources }),
  }),
  timeouts: struct('Timeouts', { http_response_headers: int, http_total: int }),
});

const passwd = struct('Passwd', {
  users: structs('PasswdUser', {
    name: required,
    password_hash: text,
    ssh_authorized_keys: texts,
    ssh_authorized_keys_local: since('1.1.0', texts),
    uid: int,
    gecos: text,
    home_dir: text,
    no_create_home: bool,
    primary_group: text,
    groups: texts,
    no_user_group: bool,
    no_log_init: bool,
    shell: text,
    should_exist: bool,
    system: bool,
  }),
  groups: structs('PasswdGroup', {
    name: required,
    gid: int,
    password_hash: text,
    should_exist: bool,
    system: bool,
  }),
});

const partition: Fields = {
  label: text,
  number: int,
  size_mib: int,
  start_mib: int,
  type_guid: text,
  guid: text,
  wipe_partition_entry: bool,
  should_exist: bool,
  resize: bool,
};

const clevis = struct('Clevis', {
  tang: structs('Tang', { url: required, thumbprint: text, advertisement: since('1.1.0', text) }),
  tpm2: bool,
  threshold: int,
  custom: struct('ClevisCustom', { pin: text, config: text, needs_network: bool }),
});

const storage = struct('Storage', {
  disks: structs('Disk', {
    device: required,
    wipe_table: bool,
    partitions: structs('Partition', partition),
  }),
  raid: structs('Raid', {
    name: required,
    level: text,
    devices: texts,
    spares: int,
    options: texts,
  }),
  filesystems: structs('Filesystem', {
    device: required,
    format: text,
    path: text,
    wipe_filesystem: bool,
    label: text,
    uuid: text,
    options: texts,
    mount_options: texts,
    with_mount_unit: bool,
  }),
  files: structs('File', { ...node, contents: resource, append: resources, mode: int }),
  directories: structs('Directory', { ...node, mode: int }),
  links: structs('Link', { ...node, target: text, hard: bool }),
  luks: structs('Luks', {
    name: required,
    device: text,
    key_file: resource,
    label: text,
    uuid: text,
    options: texts,
    discard: since('1.1.0', bool),
    open_options: since('1.1.0', texts),
    wipe_volume: bool,
    clevis,
  }),
  trees: structs('Tree', { local: required, path: text }),
});

const contentsLocal = since('1.1.0', text);

const systemd = struct('Systemd', {
  units: structs('Unit', {
    name: required,
    enabled: bool,
    mask: bool,
    contents: text,
    contents_local: contentsLocal,
    dropins: structs('Dropin', { name: required, contents: text, contents_local: contentsLocal }),
  }),
});

const root = struct('Config', {
  variant: required,
  version: required,
  ignition,
  kernel_arguments: struct('KernelArguments', { should_exist: texts, should_not_exist: texts }),
  passwd,
  storage,
  systemd,
});

/** A whole config. */
export const configType = root.type;

/** The fields that a version of the variant has. */
export function fieldsIn(fields: Fields, version: ButaneVersion): readonly [string, Field][] {
  return Object.entries(fields).filter(([, field]) => (field.since ?? '1.0.0') <= version);
}
