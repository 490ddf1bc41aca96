#include "ingest/title_table.hpp"

namespace tessera::intake {
namespace {

// What makes a title smaller than it sounds comes first, then ranks from the highest down.
constexpr SeniorityWords kSeniorityWords[] = {
    {"assistant vice president, chief of staff, deputy director", Seniority::kDirector},
    {"assistant director, assistant head", Seniority::kManager},
    {"assistant manager", Seniority::kSenior},
    {"product owner, process owner, system owner", Seniority::kStaff},
    {"assistant, assistent, assistentin, assistente, intern, internship, trainee, apprentice, student, "
     "werkstudent, praktikant, praktikantin, stagiaire, azubi, auszubildende, junior, jr, clerk, "
     "secretary, sekretärin, secrétaire, receptionist",
     Seniority::kJunior},
    {"vice president, vp, svp, evp, avp, vicepresidente, prokurist, prokuristin", Seniority::kVp},
    {"chief * officer, ceo, cfo, cto, cio, coo, cmo, cro, cpo, chro, ciso, cdo, chief executive, chief "
     "financial, chief operating, chief technology, chief information, chief marketing, president, "
     "präsident, presidente, founder, co founder, cofounder, gründer, gründerin, owner, inhaber, "
     "inhaberin, proprietor, propriétaire, managing director, managing partner, general partner, founding "
     "partner, geschäftsführer, geschäftsführerin, geschäftsführender gesellschafter, vorstand, "
     "vorstandsvorsitzender, pdg, directeur général, directrice générale, director general, directora "
     "general, amministratore delegato, chairman, chairwoman, chairperson, board member",
     Seniority::kCLevel},
    {"director, directeur, directrice, directora, direktor, direktorin, direttore, direttrice, head, "
     "leiter, leiterin, bereichsleiter, bereichsleiterin, abteilungsleiter, abteilungsleiterin, general "
     "manager, country manager",
     Seniority::kDirector},
    {"manager, managerin, mgr, gerente, responsable, responsabile, team lead, team leader, teamlead, "
     "teamleiter, teamleiterin, supervisor, superintendent, foreman, gruppenleiter, gruppenleiterin",
     Seniority::kManager},
    {"senior, sr, principal, lead, expert, architect", Seniority::kSenior},
    {"engineer, ingenieur, ingenieurin, ingénieur, ingeniero, analyst, analista, specialist, spezialist, "
     "developer, entwickler, entwicklerin, programmer, administrator, consultant, berater, beraterin, "
     "representative, account executive, buyer, einkäufer, einkäuferin, purchaser, acheteur, accountant, "
     "buchhalter, buchhalterin, technician, techniker, technikerin, officer, coordinator, agent, advisor, "
     "adviser, associate, designer, scientist, researcher, operator, mechanic, planner, controller, "
     "recruiter, counsel, attorney, lawyer, auditor, editor, writer, sachbearbeiter, sachbearbeiterin, "
     "mitarbeiter, mitarbeiterin, referent, referentin, nurse, teacher",
     Seniority::kStaff},
};

// What names a trade comes before what may stand beside any: a vice president of marketing is of marketing.
constexpr DepartmentWords kDepartments[] = {
    {"marketing, cmo, brand, communications, communication, kommunikation, demand generation, growth, "
     "content, advertising, public relations, pr, seo, social media, events",
     "marketing"},
    {"business development, sales, account executive, account manager, key account, commercial, chief "
     "revenue, cro, vertrieb, verkauf, ventes, ventas, vendite, partnerships, channel",
     "sales"},
    {"purchasing, purchase, purchaser, procurement, buyer, sourcing, einkauf, einkäufer, einkäuferin, "
     "einkaufsleiter, einkaufsleiterin, achats, acheteur, compras, acquisti, category manager, vendor "
     "management",
     "purchasing"},
    {"finance, financial, finanzen, cfo, accounting, accountant, accounts payable, controller, "
     "controlling, treasurer, treasury, audit, auditor, tax, steuern, buchhaltung, buchhalter, "
     "buchhalterin, comptable, payroll, investor relations",
     "finance"},
    {"human resources, human resource, hr, chro, people, talent, recruiter, recruiting, recruitment, "
     "personalleiter, personalleiterin, personalabteilung, personalwesen, ressources humaines, recursos "
     "humanos, learning, training",
     "hr"},
    {"legal, counsel, attorney, lawyer, compliance, jurist, juristin, recht, juridique, data protection, "
     "privacy",
     "legal"},
    {"customer success, customer service, customer support, customer care, customer experience, support, "
     "service desk, help desk, helpdesk, kundendienst, kundenservice",
     "support"},
    {"product management, product manager, product owner, product, produktmanager, produktmanagerin", "product"},
    {"it, information technology, information security, information systems, information, cio, ciso, edv, "
     "informatik, informatique, devops, sysadmin, systems administrator, system administrator, network, "
     "cyber, cybersecurity, cloud, infrastructure, database, data, digital",
     "it"},
    {"engineering, engineer, ingenieur, ingenieurin, ingénieur, ingeniero, software, developer, "
     "development, entwicklung, entwickler, entwicklerin, programmer, architect, scientist, research, "
     "researcher, forschung, r d, cto, technology, technical, technik, design, designer",
     "engineering"},
    {"operations, operating, coo, logistics, logistik, supply chain, production, produktion, "
     "manufacturing, fertigung, plant, warehouse, lager, facility, facilities, maintenance, quality, "
     "qualität, betrieb, betriebsleiter, operator, technician, techniker, technikerin, planner",
     "operations"},
    {"office, assistant, assistent, assistentin, secretary, sekretärin, secrétaire, receptionist, "
     "administrative, administration, verwaltung, clerk",
     "administration"},
    {"ceo, chief executive, president, präsident, presidente, founder, co founder, cofounder, gründer, "
     "gründerin, owner, inhaber, inhaberin, proprietor, managing director, managing partner, general "
     "partner, founding partner, general manager, country manager, geschäftsführer, geschäftsführerin, "
     "geschäftsführung, vorstand, vorstandsvorsitzender, pdg, directeur général, directrice générale, "
     "director general, directora general, amministratore delegato, chairman, chairwoman, chairperson, "
     "board member, chief of staff",
     "management"},
};

}  // namespace

std::span<const SeniorityWords> seniority_table() noexcept {
  return kSeniorityWords;
}

std::span<const DepartmentWords> department_table() noexcept {
  return kDepartments;
}

}  // namespace tessera::intake
