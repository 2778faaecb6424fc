const MAIL_PROVIDERS = `
126.com 163.com aim.com alice.it aliyun.com aol.com arcor.de att.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br
btinternet.com charter.net comcast.net cox.net daum.net earthlink.net email.com fastmail.com fastmail.fm foxmail.com free.fr
freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de
hotmail.es hotmail.fr hotmail.it icloud.com inbox.lv inbox.ru interia.pl juno.com laposte.net libero.it list.ru live.com
live.co.uk live.fr live.nl mac.com mail.com mail.ru mailbox.org me.com msn.com naver.com ntlworld.com o2.pl op.pl optonline.net
orange.fr outlook.com outlook.de outlook.fr pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com rambler.ru
rediffmail.com rocketmail.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com sympatico.ca t-online.de talktalk.co.uk
telenet.be terra.com.br tiscali.it tuta.com tuta.io tutanota.com uol.com.br verizon.net virgilio.it virginmedia.com wanadoo.fr
web.de wp.pl xs4all.nl yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it
yandex.com yandex.ru ya.ru yeah.net ymail.com zoho.com ziggo.nl`;

// Under which anybody can have a name of their own: registries' second levels, and hosts that give names away.
const SUFFIXES = `
ac.at ac.jp ac.uk ac.za appspot.com asn.au asso.fr azurewebsites.net blogspot.com cloudfront.net co.at co.id co.il co.in co.jp
co.ke co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.cn com.co com.eg com.hk com.mx com.my com.ng com.pe com.ph com.pk
com.pl com.sa com.sg com.tr com.tw com.ua com.vn edu.au edu.cn fly.dev firebaseapp.com github.io gitlab.io go.jp gob.mx gov.au
gov.br gov.in gov.uk gov.za gv.at herokuapp.com id.au in.ua ltd.uk me.uk ne.jp net.au net.br net.cn net.nz net.uk netlify.app
nhs.uk nom.br onrender.com or.at or.jp org.au org.br org.cn org.il org.mx org.nz org.pl org.uk org.za pages.dev plc.uk pp.ua
sch.uk vercel.app web.app workers.dev`;

const words = (text: string) => new Set(text.trim().split(/\s+/));
const mailProviders = words(MAIL_PROVIDERS);
const suffixes = words(SUFFIXES);

/** Domains whose addresses belong to people of no one company. */
export const isMailProvider = (domain: string): boolean => mailProviders.has(domain);
/** Names that nobody owns as a whole. The proof by DNS would not succeed there either. */
export const isPublicSuffix = (domain: string): boolean => !domain.includes('.') || suffixes.has(domain);
