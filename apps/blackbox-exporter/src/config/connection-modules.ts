import {
  booleanField,
  described,
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
  source_ip_address: described(stringField(), "The address that we connect from."),
  query_response: described(queryResponseField, "The conversation: in each step a line is awaited, something is sent, or both."),
  tls: described(omitEmpty(booleanField(false)), "Whether the connection begins with TLS."),
  tls_config: described(tlsClientField, "How the target is checked, and how we show ourselves."),
} as const;

/** The section `tcp`. */
export type TcpModule = ConfigOf<typeof tcpShape>;

/** The section `tcp`. */
export const tcpField: Field<TcpModule> = mappingField(tcpShape);

const unixShape = {
  query_response: described(queryResponseField, "The conversation: in each step a line is awaited, something is sent, or both."),
  tls: described(omitEmpty(booleanField(false)), "Whether the connection begins with TLS."),
  tls_config: described(tlsClientField, "How the target is checked, and how we show ourselves."),
} as const;

/** The section `unix`. */
export const unixField: Field<ConfigOf<typeof unixShape>> = omitEmpty(mappingField(unixShape));

const websocketShape = {
  // Where it is absent, upstream's client follows no redirects and keeps to HTTP/1.1.
  http_config: described(optionalField(httpClientField), "How the request that opens the connection is sent."),
  headers: described(httpClientShape.http_headers, "Headers of that request, each with its values."),
  query_response: described(queryResponseField, "The conversation: in each step a message is awaited, something is sent, or both."),
  ...ipShape,
} as const;

/** The section `websocket`. */
export const websocketField: Field<ConfigOf<typeof websocketShape>> = mappingField(websocketShape);

const grpcShape = {
  service: described(stringField(), "The service whose health is asked for; empty is the whole server."),
  tls: described(omitEmpty(booleanField(false)), "Whether the connection uses TLS."),
  tls_config: described(tlsClientField, "How the target is checked, and how we show ourselves."),
  ip_protocol_fallback: ipShape.ip_protocol_fallback,
  preferred_ip_protocol: ipShape.preferred_ip_protocol,
  metadata: described(mapField(listField(stringField())), "Metadata of the call, each with its values."),
} as const;

/** The section `grpc`. */
export const grpcField: Field<ConfigOf<typeof grpcShape>> = mappingField(grpcShape);

const icmpShape = {
  ...ipShape,
  source_ip_address: described(stringField(), "The address that we send from."),
  payload_size: described(omitEmpty(integerField(0)), "How many bytes an echo request carries."),
  dont_fragment: described(omitEmpty(booleanField(false)), "Whether routers are told not to split the packet; only with IPv4."),
  ttl: described(omitEmpty(integerField(64)), "How many routers the packet may pass, from 0 to 255."),
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
