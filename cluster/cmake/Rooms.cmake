# A room is a folder of src: a static library that names the rooms above it that it uses. Static libraries may not form a
# circle, so the linker keeps the order of the rooms that src/README.md states.

add_library(tessera_options INTERFACE)
target_compile_features(tessera_options INTERFACE cxx_std_20)
# Contraction would let the compiler fuse a multiply and an add where it likes, and the bits would depend on where.
target_compile_options(tessera_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Werror -ffp-contract=off $<$<CONFIG:Release>:-O3>)
# Where text is made from a literal and then moved or joined, g++ 12 warns of copies that never happen.
target_compile_options(tessera_options INTERFACE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:
  -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow>)
# mpi.h would otherwise pull in the C++ bindings that MPI dropped, and ask for their library at link time.
target_compile_definitions(tessera_options INTERFACE OMPI_SKIP_MPICXX TOML_MAX_NESTED_VALUES=32 TOML_HEADER_ONLY=1)
if(TESSERA_SANITIZE)
  # Instrumented code makes g++ 12 warn of variables that are never uninitialized; the plain builds keep the warning.
  target_compile_options(tessera_options INTERFACE -fsanitize=${TESSERA_SANITIZE} -fno-omit-frame-pointer
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(tessera_options INTERFACE -fsanitize=${TESSERA_SANITIZE})
endif()

# What nearly every file of a room includes is compiled once for all rooms that share the options which g++ asks to be equal.
# Sets `result` to the target that holds it.
function(tessera_room_headers result with_openmp optimised)
  set(target tessera_room_headers)
  if(with_openmp)
    string(APPEND target _openmp)
  endif()
  if(optimised)
    string(APPEND target _optimised)
  endif()
  if(NOT TARGET ${target})
    add_library(${target} OBJECT ${PROJECT_SOURCE_DIR}/cluster/cmake/room_headers.cpp)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_precompile_headers(${target} PRIVATE <algorithm> <cmath> <functional> <map> <memory> <optional> <span> <string>
      <string_view> <vector> <fmt/format.h>)
    target_link_libraries(${target} PRIVATE tessera_options fmt::fmt)
    if(with_openmp)
      target_link_libraries(${target} PRIVATE OpenMP::OpenMP_CXX)
    endif()
    if(optimised)
      target_compile_options(${target} PRIVATE -O1)
    endif()
  endif()
  set(${result} ${target} PARENT_SCOPE)
endfunction()

# tessera_room(NAME SOURCES file... [ALONE file...] [USES room...] [LINKS target...] [LINKS_PUBLIC target...])
# ALONE names those of the sources that cannot be compiled in one piece with others where CMAKE_UNITY_BUILD is on, as both give
# a thing of their own the same name.
function(tessera_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ALONE;USES;LINKS;LINKS_PUBLIC" ${ARGN})
  add_library(tessera_${name} STATIC ${ROOM_SOURCES})
  set_source_files_properties(${ROOM_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  add_library(tessera::${name} ALIAS tessera_${name})
  set_target_properties(tessera_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(tessera_${name} PUBLIC cxx_std_20)  # the public headers need it of whoever uses them
  target_include_directories(tessera_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>
           $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)
  # Sanitized builds are not optimised, which halves their time; what loops over accounts would take too long to test.
  set(optimised OFF)
  if(TESSERA_SANITIZE AND name MATCHES "^(core|lloyd|kmeans|prepare|model|refine)$")
    set(optimised ON)
    target_compile_options(tessera_${name} PRIVATE -O1)
  endif()
  set(with_openmp OFF)
  if("OpenMP::OpenMP_CXX" IN_LIST ROOM_LINKS)
    set(with_openmp ON)
  endif()
  tessera_room_headers(headers ${with_openmp} ${optimised})
  target_precompile_headers(tessera_${name} REUSE_FROM ${headers})
  list(TRANSFORM ROOM_USES PREPEND tessera_)
  target_link_libraries(tessera_${name}
    PUBLIC ${ROOM_USES} ${ROOM_LINKS_PUBLIC} PRIVATE $<BUILD_INTERFACE:tessera_options> ${ROOM_LINKS})
  set_property(GLOBAL APPEND PROPERTY TESSERA_ROOMS tessera_${name})
endfunction()
