/**
 * Keys of a Tang server for suites. They are public: they prove nothing anywhere but on the networks
 * of test machines.
 */

/** The signing key and the exchange key, by file name. */
export const tangKeys: Readonly<Record<string, string>> = {
  'sig.jwk': JSON.stringify({
    alg: 'ES512',
    crv: 'P-521',
    d: 'AX_gUDr2LJ1W5jokXikbZIYl2SiJ2QvHEd_2UT7ac6CXNVkiI-jBySZ8pUT6pwTTORbacbLDeeNjstKqLXvtXoMk',
    key_ops: ['sign', 'verify'],
    kty: 'EC',
    x: 'ANE0YWrvQcx_u7PuioJbHy3pswX0d--ExSTVMVHazjI8cC2seFFGGQeOdv0zvcUn_mOCwyNiBT1hdRQFbXPZ92EI',
    y: 'ACaW99MJXlI8_uAq2hGS0XbFgki-d-RlSxAvFhpZnaTuHLidExE3JH6gDSsviENDTp-SYENZrhsPBuI0ztugUVxY',
  }),
  'exc.jwk': JSON.stringify({
    alg: 'ECMR',
    crv: 'P-521',
    d: 'AFtwIrCfyKrPMKK379asnBLmvqgNerp9OEMvpLP2CG7Atcg__nRwr1deOi7j9jCxFT_bKYjbmOdJcTJ0cfcvjq6T',
    key_ops: ['deriveKey'],
    kty: 'EC',
    x: 'Adh7uTBuHshGpTPOXKxcQqmnBBliwaSYShRKBFmqSbZ789Ra-R8BisZOyoYSRRijAQUQ6vGZ6Vrjjfxpf-CLG72P',
    y: 'ANj9UWYI48YD-KyOt_qycz4tQpe-zdyKgVrqof8xeQUnmlqlMLTyiLrBRrCOzZBGUBz24IAhmid5QsXraQ11qBWS',
  }),
};

/** By which a client knows the signing key: its JWK thumbprint, SHA-256. */
export const tangThumbprint = 'zE9REu5lM87NHqcl20vwOQEwOXwM_BnuAAUOF6fbTNA';
