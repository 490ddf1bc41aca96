# Every unit and rank test, for builds that want nothing else.
add_custom_target(tessera_tests)

# Tests are compiled far more often than they run: little optimisation takes a third off their build.
add_library(tessera_test_options INTERFACE)
target_compile_options(tessera_test_options INTERFACE $<$<CONFIG:Release>:-O1>)

# GoogleTest and what it drags in are most of a small test's compile time: they are compiled once, for all of them.
add_library(tessera_test_headers OBJECT ${CMAKE_CURRENT_SOURCE_DIR}/cmake/test_headers.cpp)
target_precompile_headers(tessera_test_headers PRIVATE <gtest/gtest.h> <algorithm> <functional> <map> <optional> <string>
  <vector>)
target_link_libraries(tessera_test_headers PRIVATE tessera_options tessera_test_options GTest::gtest)

# tessera_unit_test(NAME SOURCES file... [ALONE file...] USES room...): GoogleTest without MPI, one ctest entry for the whole
# binary. ALONE as in Rooms.cmake.
function(tessera_unit_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;ALONE;USES;LINKS" ${ARGN})
  add_executable(test_${name} ${TEST_SOURCES})
  set_source_files_properties(${TEST_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  list(TRANSFORM TEST_USES PREPEND tessera_)
  target_link_libraries(test_${name} PRIVATE tessera_options tessera_test_options ${TEST_USES} ${TEST_LINKS} GTest::gtest GTest::gtest_main)
  target_precompile_headers(test_${name} REUSE_FROM tessera_test_headers)
  add_dependencies(tessera_tests test_${name})
  add_test(NAME unit.${name} COMMAND test_${name})
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300 ENVIRONMENT OMP_WAIT_POLICY=passive)
endfunction()

# tessera_rank_test(NAME SOURCES file... [ALONE file...] USES room... [RANKS n...]): GoogleTest under mpirun, with the main of
# ranks_main.cpp, at 1, 2, 3, 4 and 7 ranks unless told. A failure on any rank fails the test.
function(tessera_rank_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;ALONE;USES;LINKS;RANKS" ${ARGN})
  if(NOT TEST_RANKS)
    set(TEST_RANKS 1 2 3 4 7)
  endif()
  add_executable(ranks_${name} ${TEST_SOURCES} ${PROJECT_SOURCE_DIR}/tests/ranks/ranks_main.cpp)
  set_source_files_properties(${TEST_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  list(TRANSFORM TEST_USES PREPEND tessera_)
  target_include_directories(ranks_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/ranks)
  target_link_libraries(ranks_${name} PRIVATE tessera_options tessera_test_options tessera_parallel ${TEST_USES} ${TEST_LINKS} GTest::gtest)
  if(NOT "OpenMP::OpenMP_CXX" IN_LIST TEST_LINKS)  # they would not be the same headers
    target_precompile_headers(ranks_${name} REUSE_FROM tessera_test_headers)
  endif()
  add_dependencies(tessera_tests ranks_${name})
  foreach(ranks ${TEST_RANKS})
    # Few ranks spend as long in starting and ending MPI as in their tests: two such tests fill the pauses of one another.
    set(processors 1)
    if(ranks GREATER 3)
      set(processors 2)
    endif()
    add_test(NAME ranks${ranks}.${name}
      COMMAND ${MPIEXEC_EXECUTABLE} --oversubscribe --bind-to none -n ${ranks} $<TARGET_FILE:ranks_${name}>)
    set_tests_properties(ranks${ranks}.${name} PROPERTIES LABELS "ranks;ranks${ranks}" PROCESSORS ${processors} TIMEOUT 300
      ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMP_NUM_THREADS=1;OMP_WAIT_POLICY=passive;OMPI_MCA_mpi_yield_when_idle=1;OMPI_MCA_btl_base_warn_component_unused=0")
  endforeach()
endfunction()
