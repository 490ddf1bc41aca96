// A source for the targets that compile the headers of the rooms; see Rooms.cmake.
