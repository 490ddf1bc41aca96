// A source for the target that compiles the headers of all tests; see Tests.cmake.
