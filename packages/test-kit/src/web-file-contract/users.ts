/** The bcrypt hash of "secret", of the least cost. */
export const JOE = "$2y$04$hJUFdCXeymr/YaEtrqmKYugHtETBbl4K55xqu5B/5yputq4QdTRwC";

/** The bcrypt hash of "changed". */
export const ANN = "$2y$04$LdopWgGA0ZNsBH0ZD/Rr0eHxL.SfQjchnVDdKTWK5GHuGuXvGQlry";
