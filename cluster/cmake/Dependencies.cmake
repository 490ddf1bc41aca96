# Finds what Tessera needs. Whatever is missing ends the configuration here, with the command that installs it.

set(TESSERA_INSTALL_HINT "run cluster/install-dependencies.sh (Debian 12, Ubuntu 24.04), or install it by hand")

macro(tessera_need package)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "Tessera needs ${package}, which CMake did not find: ${TESSERA_INSTALL_HINT}.")
  endif()
endmacro()

tessera_need(MPI COMPONENTS CXX)
tessera_need(OpenMP COMPONENTS CXX)
tessera_need(Threads)
tessera_need(TBB)
tessera_need(Boost 1.74 COMPONENTS program_options)
tessera_need(fmt)
tessera_need(spdlog)
tessera_need(nlohmann_json)
tessera_need(tomlplusplus)
tessera_need(ZLIB)
tessera_need(PkgConfig)

set(HDF5_PREFER_PARALLEL ON)
tessera_need(HDF5 COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR
    "The HDF5 that CMake found (${HDF5_VERSION}, ${HDF5_C_INCLUDE_DIRS}) is a serial build; Tessera writes its results "
    "from all ranks at once and needs one built with MPI: install libhdf5-openmpi-dev, or point HDF5_ROOT at a parallel build.")
endif()

foreach(module libhwy libxxhash libsodium)
  pkg_check_modules(${module} QUIET IMPORTED_TARGET ${module})
  if(NOT ${module}_FOUND)
    message(FATAL_ERROR "Tessera needs ${module}, which pkg-config did not find: ${TESSERA_INSTALL_HINT}.")
  endif()
endforeach()

# Parquet is read where Arrow C++ is there; Debian 12 has none.
set(TESSERA_PARQUET auto CACHE STRING "Read Parquet files through Arrow C++: auto (where it is found), on, off")
string(TOLOWER "${TESSERA_PARQUET}" tessera_parquet)
set(TESSERA_PARQUET_LIBRARY "")
if(NOT tessera_parquet MATCHES "^(auto|on|off)$")
  message(FATAL_ERROR "TESSERA_PARQUET is \"${TESSERA_PARQUET}\"; expected auto, on or off.")
elseif(NOT tessera_parquet STREQUAL "off")
  find_package(Arrow QUIET)
  find_package(Parquet QUIET)
  if(TARGET Arrow::arrow_shared AND TARGET Parquet::parquet_shared)
    set(TESSERA_PARQUET_LIBRARY "Apache Arrow ${Arrow_VERSION}")
  elseif(tessera_parquet STREQUAL "on")
    message(FATAL_ERROR "TESSERA_PARQUET=on needs Apache Arrow for C++ with Parquet, which CMake did not find: install "
      "libarrow-dev and libparquet-dev (in Debian testing), or leave it at auto.")
  endif()
endif()
