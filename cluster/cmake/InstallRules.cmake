# cmake --install puts the program, the scripts of a cluster's nights, the libraries, the public headers and a CMake package that
# finds what they need.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY TESSERA_ROOMS)
install(TARGETS tessera_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS tessera ${rooms} EXPORT tesseraTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/tessera DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT tesseraTargets NAMESPACE tessera:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tessera)

# Laid out as in the source tree: they look for one another.
set(scripts ${CMAKE_INSTALL_DATADIR}/tessera)
install(PROGRAMS ${PROJECT_SOURCE_DIR}/jobs/nightly.sh ${PROJECT_SOURCE_DIR}/jobs/business_units.sh DESTINATION ${scripts}/jobs)
install(FILES ${PROJECT_SOURCE_DIR}/jobs/every_night.scrontab ${PROJECT_SOURCE_DIR}/jobs/company.toml ${PROJECT_SOURCE_DIR}/jobs/README.md
  DESTINATION ${scripts}/jobs)
install(FILES ${PROJECT_SOURCE_DIR}/cluster/README.md DESTINATION ${scripts}/cluster)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/cluster/slurm DESTINATION ${scripts}/cluster USE_SOURCE_PERMISSIONS
  FILES_MATCHING PATTERN "*.sh" PATTERN "*.sbatch")

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/tesseraConfig.cmake.in ${PROJECT_BINARY_DIR}/tesseraConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tessera)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tesseraConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tesseraConfig.cmake ${PROJECT_BINARY_DIR}/tesseraConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/Dependencies.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tessera)
