/**
 * A certificate authority for suites, and a server certificate of it. Both are public: they prove
 * nothing anywhere but on the networks of test machines. Valid from 2020 to 2120.
 */

/** The address that the certificate is for. */
export const serverAddress = '10.0.2.100';

/** The certificate of the authority. */
export const authority = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIBATAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlTd2l0Y2h5
YXJkIHRlc3QgYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAkMSIwIAYDVQQDDBlTd2l0Y2h5YXJkIHRlc3QgYXV0aG9yaXR5MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE88/SbA7RCOOpGri7kSKiI8bO4P7PlPErBQe+
pvwFxUgcXYXrjNw7sHdYKp40DIdoT5v9HEWxlHjsZmMotzOGFKNCMEAwDwYDVR0T
AQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAgQwHQYDVR0OBBYEFDoX6Xv/JF6P8451
QMJ+AgCBj5hUMAoGCCqGSM49BAMCA0gAMEUCIDUYdwVnxcNbsEjM5tYOJqX7aQUt
YjgvSO4uy7IDQklVAiEAtj0ZZajBc7qRqNrhsjf+K57pU7urMx6HaQa8uA+aFc4=
-----END CERTIFICATE-----
`;

/** The certificate of a server at {@link serverAddress}, and its key. */
export const serverTls = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBnTCCAUOgAwIBAgIBAjAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlTd2l0Y2h5
YXJkIHRlc3QgYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAVMRMwEQYDVQQDDAoxMC4wLjIuMTAwMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEoL1zgl8bumvsyUqUsD7kw/hFAfTVg9WN2osS3ebc7TVhKJM/eteWouvF
XJrvUvlB7uSVxGmzJ6WXQgKTCodxW6NzMHEwCQYDVR0TBAIwADAPBgNVHREECDAG
hwQKAAJkMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB8GA1UdIwQYMBaAFDoX6Xv/JF6P
8451QMJ+AgCBj5hUMB0GA1UdDgQWBBQXdjz/ONsNkuZA0dfYdeXTMJf5uzAKBggq
hkjOPQQDAgNIADBFAiAZ/rF0K75+jwK3BHD0yqg7+S+ZQ15IQz8YAcm4sFJfLAIh
AOGi0fdCnmcoel1cpmJN5W/T5n3Ow0hS8+jXU469Sszp
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3kI6b+JE31XEpt7X
UMlUPoHJRZBghOOYXUztNju2jJ+hRANCAASgvXOCXxu6a+zJSpSwPuTD+EUB9NWD
1Y3aixLd5tztNWEokz9615ai68Vcmu9S+UHu5JXEabMnpZdCApMKh3Fb
-----END PRIVATE KEY-----
`,
};
