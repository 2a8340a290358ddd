import { booleanField, described, listField, mappingField, omitEmpty, stringField, type ConfigOf, type Field } from "@ferula/config";
import { tlsClientField } from "@ferula/http";
import { ipShape } from "./ip-protocol.ts";

/** Classes that the library of upstream's exporter knows by name. */
const CLASSES: ReadonlySet<string> = new Set(["ANY", "CH", "CS", "HS", "IN", "NONE"]);

/** Types of records that it knows. */
const TYPES: ReadonlySet<string> = new Set(
  "A AAAA AFSDB AMTRELAY ANY APL ATMA AVC AXFR CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DLV DNAME DNSKEY DS EID EUI48 EUI64 GID GPOS HINFO HIP HTTPS IPSECKEY ISDN IXFR KEY KX L32 L64 LOC LP MAILA MAILB MB MD MF MG MINFO MR MX NAPTR NID NIMLOC NINFO NS NSAP-PTR NSEC NSEC3 NSEC3PARAM NULL NXNAME NXT None OPENPGPKEY OPT PTR PX RESINFO RKEY RP RRSIG RT Reserved SIG SMIMEA SOA SPF SRV SSHFP SVCB TA TALINK TKEY TLSA TSIG TXT UID UINFO UNSPEC URI X25 ZONEMD".split(
    " ",
  ),
);

const rulesField = omitEmpty(
  mappingField({
    fail_if_matches_regexp: described(listField(stringField()), "It fails when a record matches any of these."),
    fail_if_all_match_regexp: described(listField(stringField()), "It fails when all records match any of these."),
    fail_if_not_matches_regexp: described(listField(stringField()), "It fails when a record does not match one of these."),
    fail_if_none_matches_regexp: described(listField(stringField()), "It fails when no record matches one of these."),
  }),
);

const dnsShape = {
  ...ipShape,
  dns_over_tls: described(omitEmpty(booleanField(false)), "Whether it is asked over TLS."),
  tls_config: described(tlsClientField, "How the server is checked, and how we show ourselves."),
  source_ip_address: described(stringField(), "The address that we ask from."),
  transport_protocol: described(stringField(), "What it is asked over: `udp` or `tcp`."),
  query_class: described(stringField(), "The class of the record that is asked for."),
  query_name: described(stringField(), "The name that is asked for."),
  query_type: described(stringField(), "The type of the record that is asked for."),
  recursion_desired: described(omitEmpty(booleanField(true)), "Whether the server is asked to ask others."),
  valid_rcodes: described(listField(stringField()), "The response codes that are no failure; empty is NOERROR."),
  validate_answer_rrs: described(rulesField, "What records in the answer section must hold."),
  validate_authority_rrs: described(rulesField, "What records in the authority section must hold."),
  validate_additional_rrs: described(rulesField, "What records in the additional section must hold."),
} as const;

/** The section `dns`. Texts that are empty have defaults that are chosen at the probe. */
export type DnsModule = ConfigOf<typeof dnsShape>;

const defaults = mappingField(dnsShape);

const section = mappingField(dnsShape, {
  checks: [
    {
      of: ["query_name"],
      check({ query_name: name }, report) {
        if (name === "") report("query_name", "query name must be set for DNS module");
      },
    },
    {
      of: ["query_class"],
      check({ query_class: name }, report) {
        if (name !== "" && !CLASSES.has(name)) report("query_class", `query class '${name}' is not valid`);
      },
    },
    {
      of: ["query_type"],
      check({ query_type: name }, report) {
        if (name !== "" && !TYPES.has(name)) report("query_type", `query type '${name}' is not valid`);
      },
    },
  ],
});

/** The section `dns`. Where it is absent there is no name to ask for, and nothing to say against that. */
export const dnsField: Field<DnsModule> = { ...section, read: (at) => (at.node === undefined ? defaults : section).read(at) };
