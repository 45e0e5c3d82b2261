/** Stands for packages that the client library imports for its schema registry, which the agent does not use. */
export default {};
