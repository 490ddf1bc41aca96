#pragma once

#include "company.hpp"

namespace tessera::test {

/// A company of customers and prospects, half of each, where crm.employees, crm.visits and crm.industry drive what
/// customers bring; crm.founded, crm.partner and crm.region do not. Besides, what a model must not go by: crm.leak
/// (twice the value), crm.secret (sensitive), crm.campaign (a KPI's), crm.rare (few prospects have it) and
/// orders.frequency (0 for prospects).
Company prospects(std::size_t n);

}  // namespace tessera::test
