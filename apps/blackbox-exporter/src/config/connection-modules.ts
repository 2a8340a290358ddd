import {
  booleanField,
  integerField,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  optionalField,
  stringField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { httpClientField, httpClientShape, tlsClientField } from "@ferula/http";
import { ipShape } from "./ip-protocol.ts";
import { queryResponseField } from "./query-response.ts";

const tcpShape = {
  ...ipShape,
  source_ip_address: stringField(),
  query_response: queryResponseField,
  tls: omitEmpty(booleanField(false)),
  tls_config: tlsClientField,
} as const;

/** The section `tcp`. */
export type TcpModule = ConfigOf<typeof tcpShape>;

/** The section `tcp`. */
export const tcpField: Field<TcpModule> = mappingField(tcpShape);

const unixShape = { query_response: queryResponseField, tls: omitEmpty(booleanField(false)), tls_config: tlsClientField } as const;

/** The section `unix`. */
export const unixField: Field<ConfigOf<typeof unixShape>> = omitEmpty(mappingField(unixShape));

const websocketShape = {
  // Where it is absent, upstream's client follows no redirects and keeps to HTTP/1.1.
  http_config: optionalField(httpClientField),
  headers: httpClientShape.http_headers,
  query_response: queryResponseField,
  ...ipShape,
} as const;

/** The section `websocket`. */
export const websocketField: Field<ConfigOf<typeof websocketShape>> = mappingField(websocketShape);

const grpcShape = {
  service: stringField(),
  tls: omitEmpty(booleanField(false)),
  tls_config: tlsClientField,
  ip_protocol_fallback: ipShape.ip_protocol_fallback,
  preferred_ip_protocol: ipShape.preferred_ip_protocol,
  metadata: mapField(listField(stringField())),
} as const;

/** The section `grpc`. */
export const grpcField: Field<ConfigOf<typeof grpcShape>> = mappingField(grpcShape);

const icmpShape = {
  ...ipShape,
  source_ip_address: stringField(),
  payload_size: omitEmpty(integerField(0)),
  dont_fragment: omitEmpty(booleanField(false)),
  ttl: omitEmpty(integerField(64)),
} as const;

/** The section `icmp`. */
export const icmpField: Field<ConfigOf<typeof icmpShape>> = mappingField(icmpShape, {
  checks: [
    {
      of: ["ttl"],
      check({ ttl }, report) {
        if (ttl < 0) report("ttl", '"ttl" cannot be negative');
        if (ttl > 255) report("ttl", '"ttl" cannot exceed 255');
      },
    },
  ],
});
