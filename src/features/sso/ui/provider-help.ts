export interface ProviderHelp {
  readonly id: string;
  readonly name: string;
  readonly steps: readonly string[];
}

const WE_READ = 'Belvedere reads these names by itself.';

/** How to add Belvedere at each provider. It names the values of the list above it. */
export const providerHelp: readonly ProviderHelp[] = [
  {
    id: 'okta',
    name: 'Okta',
    steps: [
      'Admin Console, Applications, Create App Integration, SAML 2.0. Name it Belvedere.',
      'Single sign-on URL: our ACS URL. Audience URI: our entity ID. Name ID format: EmailAddress. Application username: Email.',
      'Show Advanced Settings: Response and Assertion Signature both Signed, Signature Algorithm RSA-SHA256.',
      `Attribute Statements: email = user.email, displayName = user.displayName. Group Attribute Statements: groups, Matches regex, .* (or the groups that matter). ${WE_READ}`,
      'Assign the people or groups that may come in.',
      'Sign On tab: copy the Metadata URL into step 2.',
    ],
  },
  {
    id: 'entra',
    name: 'Entra ID',
    steps: [
      'Entra admin center, Enterprise apps, New application, Create your own application. Choose the kind that is not in the gallery.',
      'Single sign-on, SAML, Upload metadata file: the metadata that you download here.',
      'SAML Certificates, Edit: Signing Option “Sign SAML response and assertion”, Signing Algorithm SHA-256. The default signs the assertion alone and is refused here.',
      `Attributes & Claims: the address and name are sent already. Add a group claim, “Groups assigned to the application”. Entra sends the IDs of groups: use those in the rules for roles. ${WE_READ}`,
      'Users and groups: assign who may come in.',
      'Copy the App Federation Metadata URL into step 2.',
    ],
  },
  {
    id: 'google',
    name: 'Google',
    steps: [
      'Admin console, Apps, Web and mobile apps, Add app, Add custom SAML app. Name it Belvedere.',
      'Download the metadata and upload it in step 2.',
      'ACS URL and Entity ID: ours. Tick Signed response. Name ID format: EMAIL. Name ID: Basic Information, Primary email.',
      `Attribute mapping: Primary email to email, First name to firstName, Last name to lastName. Group membership: choose groups, App attribute groups. ${WE_READ}`,
      'User access: turn the app on for those who may come in. Google takes up to a day to do so.',
      'Google signs the response or the assertion, never both. With Signed response ticked, turn off “Want response and assertion both signed” below: the signature of the response covers all of it.',
    ],
  },
  {
    id: 'keycloak',
    name: 'Keycloak',
    steps: [
      'Clients, Import client: the metadata that you download here.',
      'Settings: Name ID format email, Force name ID format on. Sign documents on, Sign assertions on, Signature algorithm RSA_SHA256.',
      'Keys: Client signature required on. The certificate came with the metadata. Encrypt assertions if you want that.',
      `Client scopes, the dedicated scope, Add predefined mapper: X500 email, X500 givenName, X500 surname. Add a Group list mapper: attribute groups, Single Group Attribute on, Full group path off. ${WE_READ}`,
      'Realm settings, Endpoints, SAML 2.0 Identity Provider Metadata: copy that address into step 2.',
    ],
  },
  {
    id: 'simplesamlphp',
    name: 'SimpleSAMLphp',
    steps: [
      'Federation, XML to SimpleSAMLphp metadata converter: the metadata that you download here. Put the result into metadata/saml20-sp-remote.php.',
      "Add to it: 'saml20.sign.response' => true, 'saml20.sign.assertion' => true, 'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'validate.authnrequest' => true.",
      `Release mail, displayName (or cn) and memberOf (or groups). ${WE_READ}`,
      'Copy the metadata address of your identity provider, shown under Federation, into step 2.',
    ],
  },
];
